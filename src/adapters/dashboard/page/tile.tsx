import type { ComponentChildren } from 'preact';
import { age } from './format.ts';

/** From this age on a tile is greyed, ms. */
export const STALE_AFTER_MS = 5_000;

/** One framed part of the screen: its title, its age, its content. */
export function Tile(props: {
  readonly id: string;
  readonly title: string;
  /** Age of what it shows; null when there is nothing to show yet. */
  readonly ageMs: number | null;
  /** Controls beside the title. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const { id, title, ageMs, aside, children } = props;
  const stale = ageMs !== null && ageMs > STALE_AFTER_MS;
  return (
    <section class={`tile tile-${id}${stale ? ' stale' : ''}`} aria-labelledby={`${id}-title`}>
      <header class="tile-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {aside}
        <p class="tile-age">
          {ageMs === null
            ? 'no data yet'
            : stale
              ? `stale: ${age(ageMs)} old`
              : `${age(ageMs)} old`}
        </p>
      </header>
      <div class="tile-body">{children}</div>
    </section>
  );
}
