import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Dashboard } from '../../../src/adapters/dashboard/index.ts';
import type { ReadModel, SystemView } from '../../../src/observe/index.ts';
import { shifted } from './page-views.ts';
import { liveSource, running } from './running-dashboard.ts';

const CHROMIUM = '/usr/bin/chromium';
const PROBES = fileURLToPath(new URL('./in-page.js', import.meta.url));

/** Where the page under test is built, and where pictures of it are kept; both outside of git. */
export const PAGE_FOLDER = 'build/page-under-test';
export const SCREENSHOTS = 'build/screenshots';

/** Whether the page can be tested here; says so when it cannot. */
export function chromiumIsHere(): boolean {
  const found = existsSync(CHROMIUM);
  if (!found) console.warn(`SKIPPED: the page is not tested, since ${CHROMIUM} is not installed`);
  return found;
}

/** Builds the page and starts the browser that looks at it. */
export async function openBrowser(): Promise<Browser> {
  await promisify(execFile)(process.execPath, ['scripts/build-page.mjs', PAGE_FOLDER]);
  await mkdir(SCREENSHOTS, { recursive: true });
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** How large the window is and what the user prefers. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly colorScheme?: 'light' | 'dark';
}

/** A page in the browser, shown by a running server from a view that moves on. */
export interface ShownPage {
  readonly page: Page;
  readonly source: ReadModel & { view: SystemView };
  readonly dashboard: Dashboard;
  /** Warnings and errors of the console, of scripts and of the content security policy. */
  readonly complaints: readonly string[];
  /** Stops the trader: the server stays, its view gets old. */
  stopViews(): void;
  /** Changes what all following views say. */
  change(over: (view: SystemView) => SystemView): void;
  /** Closes it all; the dashboard may be closed already. */
  end(): Promise<void>;
}

/** Shows a page; `over` changes the sample view before it is shown. */
export async function show(
  browser: Browser,
  look: Look,
  over: (view: SystemView) => SystemView = (view) => view,
  model: Partial<ReadModel> = {},
): Promise<ShownPage> {
  const source = Object.assign(liveSource(), model);
  const sample = source.view;
  let apply = over;
  const refresh = (): void => {
    source.view = apply(shifted(sample, Date.now() - sample.atMs));
  };
  refresh();
  const trader = setInterval(refresh, 100);
  const dashboard = await running({ assetsDir: PAGE_FOLDER, source });
  const { width, height, colorScheme = 'light' } = look;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  const complaints: string[] = [];
  page.on('console', (message) => {
    const grave = message.type() === 'error' || message.type() === 'warning';
    if (grave) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript({ path: PROBES });
  await page.goto(dashboard.url);
  await page.waitForSelector('.tile-health');
  return {
    page,
    source,
    dashboard,
    complaints,
    stopViews: () => clearInterval(trader),
    change(next) {
      apply = next;
    },
    async end() {
      clearInterval(trader);
      await page.close();
      await dashboard.close();
    },
  };
}

/** What a reader sees in the first match: rendered text with its white space folded. */
export const seen = async (page: Page, selector: string): Promise<string> =>
  ((await page.locator(selector).first().allInnerTexts())[0] ?? '').replace(/\s+/g, ' ').trim();
