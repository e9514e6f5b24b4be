import { Counter, Gauge, Registry } from 'prom-client';
import type { MetricFamily } from '../../observe/ports.ts';

/** Writes metrics in the Prometheus text format. */
export class PrometheusPage {
  readonly contentType: string;
  readonly #registry = new Registry();
  readonly #metrics = new Map<string, Gauge | Counter>();

  constructor() {
    this.contentType = this.#registry.contentType;
  }

  /** The text of one scrape: the readings replace those of the scrape before. */
  async write(families: readonly MetricFamily[]): Promise<string> {
    for (const family of families) {
      const metric = this.#metric(family);
      metric.reset();
      for (const { labels, value } of family.readings) {
        if (metric instanceof Counter) metric.inc(labels, value);
        else metric.set(labels, value);
      }
    }
    return this.#registry.metrics();
  }

  #metric(family: MetricFamily): Gauge | Counter {
    const known = this.#metrics.get(family.name);
    if (known !== undefined) return known;
    const configuration = {
      name: family.name,
      help: family.unit === '1' ? family.help : `${family.help}, ${family.unit}`,
      labelNames: [...family.labelNames],
      registers: [this.#registry],
    };
    const made = family.type === 'counter' ? new Counter(configuration) : new Gauge(configuration);
    this.#metrics.set(family.name, made);
    return made;
  }
}
