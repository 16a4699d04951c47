import { sha256Hex } from '@weft/model';
import { eventually } from '@weft/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RuleAnswering } from '../../src/compiling/answering.ts';
import { RulesCompiler } from '../../src/compiling/rules-compiler.ts';
import { PlanCompilers } from '../../src/plans/plan-compilers.ts';
import { type JoinedNode, joinNode } from '../harness/executor.ts';
import { type Plane, startPlane } from '../harness/plane.ts';

let plane: Plane;
let node: JoinedNode;
let revision: number;
let epoch: string;
beforeAll(async () => {
  plane = await startPlane();
  node = await joinNode(plane.api, 'node-a');
  ({ epoch, revision } = await plane.store.history.position());
});
afterAll(() => plane.stop());

const staying = new AbortController().signal;
const question = () => ({ nodeId: node.id, filter: {}, place: { revisions: [revision] as const, skip: 0 }, limit: 1 });
const unavailable = (why: RegExp) => ({ code: 'Unavailable', message: expect.stringMatching(why) });

/** A compiler that is closed after what is done with it. */
async function using<T>(limits: ConstructorParameters<typeof RulesCompiler>[1], work: (compiler: RulesCompiler) => Promise<T>): Promise<T> {
  const compiler = new RulesCompiler(plane.databaseUrl, limits);
  try {
    return await work(compiler);
  } finally {
    await compiler.close();
  }
}

it('answers one question after the other, also after the thread had nothing to do for a while', async () => {
  await using({ idleMs: 1 }, async (compiler) => {
    const asked = Array.from({ length: 3 }, () => compiler.ask('list', question(), staying));
    for (const { node: name, items } of await Promise.all(asked)) expect([name, items.length]).toEqual([node.name, 1]);
    expect((await compiler.ask('list', question(), staying)).rulesHash).toMatch(/^[0-9a-f]{64}$/);
  });
});

const effectOf = (gone: readonly string[]) => {
  const desired = { cluster: null, nodes: [], pods: [], services: [], gone };
  return { epoch, base: revision, changes: [], desired, spent: [], print: '' };
};

/** A thread that runs this when it is asked something. */
const threadThat = (does: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (question) => { ${does} });`)}`,
  );

it('says what a change that was rehearsed does to kernels, and makes no plan for an asker who has left', async () => {
  const effect = effectOf([node.id]);
  await using({}, async (compiler) => {
    const leaving = new AbortController();
    const left = compiler.ask('plan', { effect, reach: null }, leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    const plan = await compiler.ask('plan', { effect, reach: null }, staying);
    const { rulesHash: _, ...listed } = await compiler.ask('list', { ...question(), limit: 10_000 }, staying);
    expect(plan.nodes).toMatchObject([{ nodes: [node.name], totals: { added: 0, removed: listed.items.length } }]);
  });
});

it('hands on what a question comes to', async () => {
  const nobody = { ...question(), nodeId: `node_${sha256Hex('nobody').slice(0, 26)}` };
  await using({}, async (compiler) => {
    await expect(compiler.ask('list', nobody, staying)).rejects.toMatchObject({ code: 'NotFound' });
  });
});

it('gives up what takes too long, and answers the next question', async () => {
  await using({ nodeMs: 1 }, async (compiler) => {
    await expect(compiler.ask('list', question(), staying)).rejects.toMatchObject(unavailable(/took longer than 0.001 s/));
  });
});

it('gives each node of a plan its time, however many there are', async () => {
  const slow = threadThat(`
    let left = 12;
    const timer = setInterval(() => {
      parentPort.postMessage(left > 0 ? { done: 'node' } : { answer: 'all' });
      if (left-- === 0) clearInterval(timer);
    }, 100);`);
  const compiler = new RulesCompiler(plane.databaseUrl, { nodeMs: 1_000 }, slow);
  expect(await compiler.ask('plan', { effect: effectOf([]), reach: null }, staying)).toBe('all');
  await compiler.close();
  let nodes = 0;
  const answering = new RuleAnswering(plane.store, () => {
    nodes += 1;
  });
  const made = await answering.answer('plan', { effect: effectOf([node.id]), reach: null });
  expect(nodes).toBe(1);
  // It is applied on the same fleet.
  expect(await answering.answer('plan', { effect: effectOf([node.id]), reach: null })).toEqual(made);
  expect(nodes).toBe(1);
  const other = { ...effectOf([]), print: 'other' };
  expect(await answering.answer('plan', { effect: other, reach: null })).not.toEqual(made);
  expect(nodes).toBe(2);
});

it('has no plan wait for one that compiles all nodes whole', async () => {
  const compilers = new PlanCompilers(
    plane.databaseUrl,
    threadThat(`if (question.effect.desired.gone[0] !== '${node.id}') parentPort.postMessage({ answer: 'quick' });`),
  );
  const whole = expect(compilers.ask({ effect: effectOf([node.id]), reach: null }, staying)).rejects.toMatchObject(
    unavailable(/going down/),
  );
  expect(await compilers.ask({ effect: effectOf([]), reach: null }, staying)).toBe('quick');
  await compilers.close();
  await whole;
});

it('gives up what takes too much memory', async () => {
  await using({ heapMb: 4 }, async (compiler) => {
    await expect(compiler.ask('list', question(), staying)).rejects.toMatchObject(unavailable(/more than 4 MB/));
  });
});

it('compiles nothing more for an asker who has left, whether it waits or is being answered', async () => {
  await using({}, async (compiler) => {
    const leaving = new AbortController();
    const left = [compiler.ask('list', question(), leaving.signal), compiler.ask('list', question(), leaving.signal)];
    const stays = compiler.ask('list', question(), staying);
    leaving.abort(new Error('gone'));
    for (const one of await Promise.allSettled(left)) expect(one).toMatchObject({ status: 'rejected', reason: { message: 'gone' } });
    expect((await stays).node).toBe(node.name);
  });
});

it('has no more wait than it was told', async () => {
  await using({ waiting: 1 }, async (compiler) => {
    const [first, second] = [compiler.ask('list', question(), staying), compiler.ask('list', question(), staying)];
    await expect(compiler.ask('list', question(), staying)).rejects.toMatchObject(unavailable(/1 questions .* wait/));
    expect((await Promise.all([first, second])).map(({ node: name }) => name)).toEqual([node.name, node.name]);
  });
});

it('tells who waits that it goes down', async () => {
  await using({}, async (compiler) => {
    const asked = [compiler.ask('list', question(), staying), compiler.ask('list', question(), staying)].map((one) =>
      expect(one).rejects.toMatchObject(unavailable(/going down/)),
    );
    await compiler.close();
    await Promise.all(asked);
    await expect(compiler.ask('list', question(), staying)).rejects.toMatchObject(unavailable(/going down/));
  });
});

it.each([
  ['cannot be started', 'http://127.0.0.1/thread.mjs', /there is no thread/],
  ['ends by itself', 'data:text/javascript,process.exit(3)', /ended with 3/],
])('answers each question when the thread %s', async (_what, program, why) => {
  const compiler = new RulesCompiler(plane.databaseUrl, {}, new URL(program));
  const asked = [1, 2].map(() => compiler.ask('list', question(), staying));
  for (const one of await Promise.allSettled(asked)) expect(one).toMatchObject({ status: 'rejected', reason: unavailable(why) });
  await expect(compiler.ask('list', question(), staying)).rejects.toMatchObject(unavailable(why));
  await compiler.close();
});

it('has no replica that goes down wait for rules that are being compiled', async () => {
  const replica = await plane.replica();
  const holder = new pg.Client({ connectionString: plane.databaseUrl });
  await holder.connect();
  try {
    await holder.query('BEGIN; LOCK TABLE desired_version');
    const asked = replica.api.send(`GET /nodes/${node.id}/rules?revision=${revision}`);
    await eventually('the thread reads what was recorded', async () => {
      const held = "SELECT FROM pg_locks WHERE relation = 'desired_version'::regclass AND NOT granted";
      return (await holder.query(held)).rowCount === 1;
    });
    await replica.stop();
    expect(await asked).toMatchObject({ status: 503, body: { detail: 'this replica is going down' } });
  } finally {
    await holder.end();
  }
});
