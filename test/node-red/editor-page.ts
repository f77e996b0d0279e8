import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, without what it would ask the internet for. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** Node-RED's editor, as a person uses it: mouse and keyboard. */
export class EditorPage {
  readonly page: Page;
  /** Errors of the page; must stay empty. */
  readonly errors: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.errors.push(error.stack ?? error.message));
  }

  static async open(browser: Browser, url: string): Promise<EditorPage> {
    const page = await browser.newPage({ viewport: { width: 1500, height: 950 } });
    page.setDefaultTimeout(10_000);
    const editor = new EditorPage(page);
    await page.goto(url, { timeout: 60_000 });
    // The first page of a run is slow where several lanes share a machine.
    const timeout = 60_000;
    await page.locator('[data-palette-type="okta-schedule"]').waitFor({ timeout });
    await page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden', timeout });
    return editor;
  }

  /** A new, empty tab, with the debug messages beside it. */
  async newTab(): Promise<void> {
    await this.page.evaluate(
      "RED.actions.invoke('core:add-flow'); RED.actions.invoke('core:show-debug-tab')",
    );
    await this.page.locator('#red-ui-workspace-chart').waitFor();
  }

  /** Drags a node from the palette and drops it at a place of the canvas; tells its id. */
  async drag(type: string, x: number, y: number): Promise<string> {
    const { page } = this;
    const ids = () =>
      page.evaluate<string[]>('RED.nodes.filterNodes({z: RED.workspaces.active()}).map(n => n.id)');
    const before = await ids();
    const entry = page.locator(`[data-palette-type="${type}"]`);
    await entry.scrollIntoViewIfNeeded();
    await entry.hover();
    await page.mouse.down();
    const chart = await page.locator('#red-ui-workspace-chart').boundingBox();
    const [left, top] = [chart?.x ?? 0, chart?.y ?? 0];
    await page.mouse.move(left + x - 40, top + y - 10, { steps: 8 });
    await page.mouse.move(left + x, top + y, { steps: 4 });
    await page.mouse.up();
    const added = (await ids()).filter((id) => !before.includes(id));
    if (added.length !== 1) throw new Error(`${type} was not dropped`);
    return added[0] as string;
  }

  /** Draws a wire from the output of one node to the input of another. */
  async wire(from: string, to: string): Promise<void> {
    const output = await this.page
      .locator(`[id="${from}"] .red-ui-flow-port-output .red-ui-flow-port`)
      .boundingBox();
    const input = await this.page
      .locator(`[id="${to}"] .red-ui-flow-port-input .red-ui-flow-port`)
      .boundingBox();
    if (!output || !input) throw new Error('a port is missing');
    await this.page.mouse.move(output.x + output.width / 2, output.y + output.height / 2);
    await this.page.mouse.down();
    await this.page.mouse.move(input.x + input.width / 2, input.y + input.height / 2, { steps: 12 });
    await this.page.mouse.up();
  }

  /**
   * Opens the form of a node by a double click. On a slow machine Node-RED does not count one whose clicks it
   * sees too far apart.
   */
  async edit(id: string): Promise<void> {
    const form = this.page.locator('#node-dialog-ok');
    await untilSeen(
      () => this.page.locator(`[id="${id}"] .red-ui-flow-node`).dblclick(),
      () => form.waitFor({ timeout: 4_000 }),
    );
  }

  /** Presses Done. A form that still slides in takes no click. */
  async done(): Promise<void> {
    const done = this.page.locator('#node-dialog-ok');
    await untilSeen(
      () => done.click({ timeout: 4_000 }),
      () => done.waitFor({ state: 'detached', timeout: 4_000 }),
    ).catch((error: Error) => {
      throw new Error([error.message, ...this.errors].join('\n'));
    });
  }

  async deploy(): Promise<void> {
    await this.page.locator('#red-ui-header-button-deploy').click();
    // Nodes that are not complete are asked about; nobody may have left one.
    await this.page.waitForFunction('!RED.nodes.dirty()');
  }

  /** Presses the button of an inject or trigger node. */
  async press(id: string): Promise<void> {
    await this.page.locator(`[id="${id}"] .red-ui-flow-node-button-button`).click();
  }

  /** What the debug panel shows. */
  debug() {
    return this.page.locator('.red-ui-debug-msg');
  }

  /** The text of the badge under a node. */
  statusOf(id: string) {
    return this.page.locator(`[id="${id}"] .red-ui-flow-node-status-label`).textContent();
  }
}

/** Does it again, up to three times in all, until its effect is seen. */
async function untilSeen(act: () => Promise<void>, seen: () => Promise<void>): Promise<void> {
  for (let left = 3; left > 0; left--) {
    try {
      await act();
      return await seen();
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}
