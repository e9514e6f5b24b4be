// Probes that run inside the page under test, before its own scripts.

document.addEventListener('securitypolicyviolation', (event) => {
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
});

function colourOf(text) {
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext('2d');
  context.fillStyle = text;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
  return { channels: [red, green, blue], opaque: alpha === 255 };
}

/** Relative luminance of WCAG 2.2. */
function luminance(channels) {
  const [red, green, blue] = channels.map((channel) => {
    const value = channel / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function backgroundOf(element) {
  for (let at = element; at !== null; at = at.parentElement) {
    const colour = colourOf(getComputedStyle(at).backgroundColor);
    if (colour.opaque) return colour.channels;
  }
  return [255, 255, 255];
}

globalThis.probes = {
  /** Texts whose contrast with their background is below the 4.5 of WCAG AA; greyed ones apart. */
  faintTexts() {
    const faint = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const words = node.textContent.trim();
      if (words === '' || element.closest('.stale, .lost, .pad') !== null) continue;
      const one = luminance(colourOf(getComputedStyle(element).color).channels);
      const other = luminance(backgroundOf(element));
      const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      if (contrast < 4.5) faint.push(`${words}: ${contrast.toFixed(2)}`);
    }
    return faint;
  },

  /** Where the decimal points of a column of a table stand, CSS px from the left. */
  decimalPoints(rows, column) {
    return [...document.querySelectorAll(rows)].map((row) => {
      const text = row.querySelectorAll('.decimal')[column].firstChild;
      const range = document.createRange();
      const point = text.data.indexOf('.');
      range.setStart(text, point);
      range.setEnd(text, point + 1);
      return range.getBoundingClientRect().left;
    });
  },

  /** The name of the control with the focus, or `unseen` when nothing shows that it has it. */
  focused() {
    const at = document.activeElement;
    if (at === document.body) return 'nothing';
    if (!at.matches(':focus-visible')) return 'unseen';
    return at.getAttribute('name') ?? at.getAttribute('aria-label') ?? at.tagName;
  },

  /** How much wider the page is than its window, CSS px. */
  overflow() {
    const root = document.documentElement;
    return root.scrollWidth - root.clientWidth;
  },

  /** What is beyond the right edge of the window or of its own box. */
  cutOff() {
    const edge = document.documentElement.clientWidth;
    return [...document.querySelectorAll('td, dd, p, li, h2, label, .table-box')]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 2 && (box.right > edge + 1 || element.scrollWidth > box.width + 2);
      })
      .map((element) => element.textContent);
  },

  /** What was asked for over the network, with the bytes of its body as they were sent. */
  loaded: () =>
    ['navigation', 'resource']
      .flatMap((type) => performance.getEntriesByType(type))
      .map(({ name, encodedBodySize }) => ({ url: name, bytes: encodedBodySize })),

  /** How opaque the first match is, 0 to 1. */
  opacity: (selector) => Number(getComputedStyle(document.querySelector(selector)).opacity),
};
