import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ReadModel, SystemView } from '../../../src/observe/index.ts';
import { troubled, unborn } from './page-views.ts';
import { running } from './running-dashboard.ts';
import {
  chromiumIsHere,
  type Look,
  openBrowser,
  PAGE_FOLDER,
  SCREENSHOTS,
  type ShownPage,
  seen,
  show as showIn,
} from './shown-page.ts';

const DESKTOP: Look = { width: 1440, height: 1000 };
const PHONE: Look = { width: 360, height: 780 };

describe.skipIf(!chromiumIsHere())('the page', () => {
  let browser: Browser;
  let open: { end(): Promise<void> }[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterEach(async () => {
    for (const shown of open.toReversed()) await shown.end();
    open = [];
  });
  afterAll(() => browser?.close());

  async function show(
    look: Look,
    over?: (view: SystemView) => SystemView,
    model?: Partial<ReadModel>,
  ): Promise<ShownPage> {
    const shown = await showIn(browser, look, over, model);
    open.push(shown);
    return shown;
  }

  it.each([
    ['desktop-light', { width: 1440, height: 1000, colorScheme: 'light' }],
    ['desktop-dark', { width: 1440, height: 1000, colorScheme: 'dark' }],
    ['phone-light', { width: 360, height: 780, colorScheme: 'light' }],
    ['phone-dark', { width: 360, height: 780, colorScheme: 'dark' }],
    ['tablet-light', { width: 820, height: 1100, colorScheme: 'light' }],
    ['laptop-light', { width: 1280, height: 800, colorScheme: 'light' }],
    ['narrow-light', { width: 1100, height: 800, colorScheme: 'light' }],
  ] as const)('shows everything on %s without a complaint of the browser', async (name, look) => {
    const { page, source, complaints } = await show(look);
    await wait(600);
    await page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true });

    expect(await seen(page, '.environment')).toContain('PAPER');
    expect(await seen(page, '.mode')).toContain('NORMAL');
    expect(await seen(page, '.venues')).toContain('sim connected');
    expect(await seen(page, '.clock')).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
    const equity = source.view.equity.equity.replace(/\B(?=(\d{3})+\.)/g, ',');
    expect(await seen(page, '.equity-value')).toBe(`${equity} USDT`);
    expect(await seen(page, '.tile-why')).toContain('Nothing holds it back');
    expect(await seen(page, '.tile-positions')).toContain('−2.150');
    expect(await page.locator('.tile-orders tbody tr').count()).toBe(5);
    expect(await page.locator('.tile-fills tbody tr').count()).toBe(40);
    expect(await seen(page, '.tile-equity')).toContain('Funding, interest paid 7.31 USDT');
    expect(await seen(page, '.tile-charges')).toContain('Paid USDT');
    expect(await seen(page, '.tile-charges tbody')).toMatch(/funding BTCUSDT 7\.6582/);
    expect(await page.locator('.ladder .asks tr').count()).toBe(10);
    expect(await page.locator('.ladder .bids tr').count()).toBe(10);
    expect(await seen(page, '.decision')).toContain('56.3 %');
    expect(await seen(page, '.tile-health')).toContain('avx2');
    expect(await page.locator('.stale').count()).toBe(0);
    for (const age of await page.locator('.tile-head .tile-age').allInnerTexts()) {
      expect(age).toMatch(/^(< 1|[1-4]) s old$/);
    }
    expect(await page.evaluate('probes.overflow()')).toBe(0);
    expect(await page.evaluate('probes.cutOff()')).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it.each([1440, 1301, 1280, 1201, 1100, 1081])(
    'cuts nothing off at %d px, in trouble and with large figures',
    async (width) => {
      const { page } = await show({ width, height: 800 }, (view) => {
        const worse = troubled(view);
        const feeds = worse.feeds.map((feed) => ({
          ...feed,
          state: 'synchronising' as const,
          messagesPerSecond: 1_118.4,
          gaps: 12,
          refused: 345,
        }));
        return { ...worse, feeds };
      });
      expect(await page.evaluate('probes.overflow()')).toBe(0);
      expect(await page.evaluate('probes.cutOff()')).toEqual([]);
    },
  );

  it('shows long charges whole on a phone', async () => {
    const { page } = await show(PHONE, (view) => ({
      ...view,
      charges: (['auto-deleveraging', 'liquidation', 'funding'] as const).map((cause, i) => ({
        id: `charge-${i}`,
        cause,
        instrument: 'sim:1000000BABYDOGEUSDT',
        paid: '-12345.6789',
        atMs: view.atMs - i * 3_600_000,
      })),
    }));
    expect(await seen(page, '.tile-charges tbody')).toContain('−12,345.6789');
    expect(await page.evaluate('probes.cutOff()')).toEqual([]);
  });

  it('weighs less than 100 kB on the wire and asks no other machine for anything', async () => {
    const { page, dashboard } = await show(DESKTOP);
    const loaded = await page.evaluate<{ url: string; bytes: number }[]>('probes.loaded()');
    const files = loaded.filter(({ url }) => url === dashboard.url || url.includes('/assets/'));
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    expect(files).toHaveLength(3);
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(100_000);
    expect(loaded.filter(({ url }) => !url.startsWith(dashboard.url))).toEqual([]);
  });

  it('gives every text the contrast that AA asks for, light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await show({ width: 1440, height: 1000, colorScheme }, troubled);
      const faint = await page.evaluate('probes.faintTexts()');
      expect(faint, colorScheme).toEqual([]);
    }
  });

  it('is watched by probes that do see faint text and forbidden scripts', async () => {
    const { page, complaints } = await show(DESKTOP);
    await page.evaluate("document.querySelector('h1').style.color = '#999999'");
    expect(await page.evaluate('probes.faintTexts()')).toEqual([expect.stringMatching(/^Bot4: 2/)]);
    await page.evaluate(
      "document.body.append(Object.assign(document.createElement('script'), { text: 'window.ran = 1' }))",
    );
    await expect.poll(() => complaints.join(' ')).toContain('CSP: script-src');
    expect(await page.evaluate('window.ran ?? 0')).toBe(0);
  });

  it('aligns the numbers of a column on their decimal point', async () => {
    const { page } = await show(DESKTOP);
    const edges = await page.evaluate<number[]>("probes.decimalPoints('.tile-orders tbody tr', 2)");
    expect(edges).toHaveLength(5);
    for (const edge of edges) expect(Math.abs(edge - edges[0]!)).toBeLessThan(0.6);
  });

  it('switches the book with the keyboard alone', async () => {
    const { page, complaints } = await show(DESKTOP);
    expect(await seen(page, '.ladder th')).toBe('Price USDT');
    const before = await seen(page, '.ladder .bids .price');
    await page.locator('input[name=instrument]').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForSelector('.ladder[aria-label="Book of ETHUSDT"]');
    expect(await seen(page, '.ladder .bids .price')).not.toBe(before);
    expect(await seen(page, '.decision')).toContain('do nothing');
    expect(await seen(page, '.decision')).toContain('the expected gain does not cover the cost');
    expect(complaints).toEqual([]);
  });

  it('reaches every control by Tab and shows where the focus is', async () => {
    const { page } = await show(DESKTOP);
    const reached = new Set<string>();
    for (let press = 0; press < 12; press += 1) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate<string>('probes.focused()'));
    }
    expect(reached).toContain('span');
    expect(reached).toContain('instrument');
    expect(reached).not.toContain('unseen');
    const scroller = page.getByRole('region', { name: 'Latest fills' });
    await scroller.focus();
    await page.keyboard.press('End');
    await expect
      .poll(() => page.evaluate<number>("document.querySelector('.scroll').scrollTop"))
      .toBeGreaterThan(100);
  });

  it('names its parts for those who hear the page', async () => {
    const { page } = await show(PHONE);
    for (const name of ['Equity', 'Why is it not trading?', 'Positions', 'Open orders', 'Health']) {
      expect(await page.getByRole('region', { name, exact: true }).count(), name).toBe(1);
    }
    expect(await page.getByRole('img').getAttribute('aria-label')).toMatch(
      /^Equity over 6 h 30 min: from .+ USDT, deepest drawdown \d+\.\d\d %\.$/,
    );
    expect(await page.getByRole('table', { name: 'Positions' }).getByRole('row').count()).toBe(4);
    const radios = page.getByRole('group', { name: 'Instrument' }).getByRole('radio');
    expect(await radios.count()).toBe(3);
  });

  it('shows another span of the curve when asked', async () => {
    const { page } = await show(DESKTOP);
    await page.getByRole('radio', { name: '15 min' }).check();
    await expect
      .poll(() => page.getByRole('img').getAttribute('aria-label'))
      .toMatch(/^Equity over 1[45] min /);
  });

  it('reads the curve under the pointer', async () => {
    const { page } = await show(DESKTOP);
    const now = await seen(page, '.readout');
    const chart = (await page.locator('.chart').boundingBox())!;
    await page.mouse.move(chart.x + chart.width / 2, chart.y + 80);
    await expect.poll(() => seen(page, '.readout')).not.toBe(now);
    expect(await seen(page, '.readout')).toMatch(
      /^\d\d:\d\d:\d\d UTC equity [\d,.]+ USDT drawdown \d+\.\d\d %$/,
    );
  });

  it('takes what it shows from the stream', async () => {
    const { page, change } = await show(DESKTOP);
    change((view) => ({
      ...view,
      equity: { ...view.equity, equity: '98765.43' },
      positions: [],
      orders: [],
      orderCount: 0,
    }));
    await expect.poll(() => seen(page, '.equity-value')).toBe('98,765.43 USDT');
    expect(await seen(page, '.tile-positions')).toContain('No position is open.');
    expect(await seen(page, '.tile-orders')).toContain('No order is open.');
    await expect.poll(() => page.title()).toBe('98,765.43 USDT, NORMAL, PAPER: Bot4');
  });

  it('says in words what is wrong and keeps its shape in trouble', async () => {
    const { page, complaints } = await show(DESKTOP, troubled);
    await wait(300);
    await page.screenshot({ path: `${SCREENSHOTS}/desktop-trouble.png`, fullPage: true });
    expect(await seen(page, '.mode')).toContain('EMERGENCY');
    const reasons = await page.locator('.reasons li').allInnerTexts();
    expect(reasons[0]).toContain('daily loss limit');
    expect(reasons.join(' ')).toContain('Venue sim is not connected');
    expect(reasons.join(' ')).toContain('stops everything');
    expect(await seen(page, '.venues')).toContain('not connected');
    expect(await seen(page, '.tile-health')).toContain('failed');
    expect(complaints).toEqual([]);
  });

  it('greys a tile whose own facts are old although the others are fresh', async () => {
    const { page } = await show(DESKTOP, (view) => ({
      ...view,
      instruments: view.instruments.map((shown) => ({
        ...shown,
        book: { ...shown.book!, atMs: view.atMs - 7_000 },
      })),
    }));
    await expect.poll(() => page.locator('.tile-book.stale').count()).toBe(1);
    expect(await seen(page, '.tile-book .tile-age')).toMatch(/^stale: ([7-9]|\d\d) s old$/);
    await expect.poll(() => page.locator('.stale').count()).toBe(1);
  });

  it('greys every tile when the trader stops reporting, though the server still answers', async () => {
    const { page, stopViews, complaints } = await show(DESKTOP);
    stopViews();
    await expect.poll(() => page.locator('.tile.stale').count()).toBe(8);
    expect(await page.locator('.lost-banner').count()).toBe(0);
    const opacity = await page.evaluate<number>("probes.opacity('.tile-positions .tile-body')");
    expect(opacity).toBeLessThan(1);
    expect(await page.evaluate<number>("probes.opacity('.mode')")).toBeLessThan(1);
    expect(await seen(page, '.tile-health')).toContain('failed');
    expect(complaints).toEqual([]);
  });

  it('says plainly that the connection is lost, greys everything, and comes back by itself', async () => {
    const pageThatLost = async () => {
      const { page, dashboard, source } = await show(DESKTOP);
      await dashboard.close();
      await page.waitForSelector('.lost-banner');
      expect(await seen(page, '.lost-banner')).toContain('Connection lost.');
      await page.screenshot({ path: `${SCREENSHOTS}/desktop-lost.png` });
      expect(await page.title()).toBe('Bot4: no connection');
      const again = await running({ assetsDir: PAGE_FOLDER, source, port: dashboard.port }).catch(
        (error: Error) => {
          // Somebody else was given the released port meanwhile: then a page of another one.
          if (!error.message.includes('is used by another program')) throw error;
          return null;
        },
      );
      if (again !== null) open.push({ end: () => again.close() });
      return { page, isBack: again !== null };
    };
    let lost = await pageThatLost();
    for (let retry = 0; retry < 2 && !lost.isBack; retry += 1) lost = await pageThatLost();
    expect(lost.isBack).toBe(true);
    await expect.poll(() => lost.page.locator('.lost-banner').count()).toBe(0);
    await expect.poll(() => lost.page.locator('.stale').count()).toBe(0);
  }, 120_000);

  it('starts without any data: no position, no book, no decision, no curve', async () => {
    const bornAtMs = Date.now();
    const { page, complaints } = await show(
      DESKTOP,
      (view) => ({ ...unborn(view), equity: { ...view.equity, atMs: bornAtMs } }),
      {
        equity: () => ({ atMs: [], equity: [], drawdown: [] }),
      },
    );
    await page.screenshot({ path: `${SCREENSHOTS}/desktop-unborn.png`, fullPage: true });
    expect(await seen(page, '.tile-equity')).toContain('The curve begins');
    expect(await seen(page, '.tile-book')).toContain('has not been built yet');
    expect(await seen(page, '.tile-book')).toContain('No decision on BTCUSDT yet.');
    expect(await seen(page, '.tile-book .tile-age')).toBe('no data yet');
    expect(await seen(page, '.tile-why')).toContain('PAUSE by start-up');
    expect(complaints).toEqual([]);
  });
});
