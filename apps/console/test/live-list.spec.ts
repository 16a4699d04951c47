import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from '@weft/sdk';
import { eventually } from '@weft/testing';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { LiveList } from '../src/live/live-list.ts';

let server: Server;
let url: string;
/** What each watch is answered, one after the other. */
let answers: ((response: ServerResponse) => void)[];

/** The page, as far as a list needs it, and how often it would be told that it is seen. */
class FakePage extends EventTarget {
  visibilityState = 'visible';
  readonly heard = new Set<unknown>();
  override addEventListener(type: string, listener: EventListener): void {
    this.heard.add(listener);
    super.addEventListener(type, listener);
  }
  override removeEventListener(type: string, listener: EventListener): void {
    this.heard.delete(listener);
    super.removeEventListener(type, listener);
  }
}

beforeAll(async () => {
  server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    answers.shift()?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => vi.unstubAllGlobals());

const added = (name: string) => `data: {"type":"ADDED","object":{"id":"${name}","name":"${name}","revision":1}}\n\n`;
const SYNCED = 'id: e.7\ndata: {"type":"BOOKMARK","revision":7,"synced":true}\n\n';

/** A list of the services of that server, on a page of its own. */
function listOnPage(): { list: LiveList<'/services'>; page: FakePage; unused: () => number } {
  const page = new FakePage();
  vi.stubGlobal('document', page);
  vi.stubGlobal('requestAnimationFrame', setImmediate);
  let unused = 0;
  const list = new LiveList(createClient({ url, token: 't' }), '/services', {}, { onChange: () => {}, onUnused: () => unused++ });
  return { list, page, unused: () => unused };
}

it('shows nothing that was deleted while its first list was cut off', async () => {
  answers = [(response) => response.end(added('gone') + added('web')), (response) => response.write(added('web') + SYNCED)];
  const { list } = listOnPage();
  const stop = list.subscribe(() => {});
  await eventually('the list is there', () => list.read().phase === 'live');
  expect(list.read().items.map(({ name }) => name)).toEqual(['web']);
  stop();
});

it('keeps what it has when a connection ends after the list, and goes on', async () => {
  answers = [(response) => response.end(added('web') + SYNCED), (response) => response.write(`id: e.8\n${added('shop')}`)];
  const { list } = listOnPage();
  const stop = list.subscribe(() => {});
  await eventually('the second is there', () => list.read().byId.has('shop'));
  expect(list.read().items.map(({ name }) => name)).toEqual(['web', 'shop']);
  stop();
});

it('is held by nothing once nobody listens', async () => {
  answers = [(response) => response.write(added('web') + SYNCED)];
  const { list, page, unused } = listOnPage();
  expect(page.heard.size).toBe(0);
  const stop = list.subscribe(() => {});
  await eventually('the list is there', () => list.read().phase === 'live');
  expect(page.heard.size).toBe(1);
  stop();
  await eventually('nobody listens', () => unused() === 1);
  expect(page.heard.size).toBe(0);
  expect(list.isWatched).toBe(false);
});
