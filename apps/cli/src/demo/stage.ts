import { runCommand } from '@weft/host';
import type { Lab, LabExecOptions } from '@weft/testing';
import type { Node, Pod, Service } from '../api/fleet-api.ts';
import type { Paint } from '../terminal/style.ts';
import { abbreviate } from './abbreviate.ts';
import { type ApiAnswer, type ApiCall, curlCommand, readAnswer, typedCurl } from './curl.ts';

/** What a look at the running thing gave: whether it is as it should be, and what was seen. */
export interface Seen {
  readonly ok: boolean;
  readonly saw: string;
}

/** What came of a command in a place. */
export type PlaceResult = Awaited<ReturnType<Lab['exec']>>;

/** Where the demo plays: it talks to the API and into the lab, and tells what it does and sees. */
export interface Stage {
  readonly lab: Lab;
  /** What the API answered last about each object, by name. */
  readonly pods: Map<string, Pod>;
  readonly services: Map<string, Service>;
  readonly nodes: Map<string, Node>;
  readonly tell: (text: string) => void;
  readonly show: (lines: readonly string[]) => void;
  /** Calls the API with curl, prints command and answer, and takes every status but 2xx for wrong. */
  readonly call: (call: ApiCall) => Promise<ApiAnswer>;
  /** The same without a word, for looking again and again. */
  readonly ask: (call: ApiCall) => Promise<ApiAnswer>;
  /** Runs a command in a host, or in a pod that the demo made. */
  readonly inPlace: (place: string, argv: readonly string[], options?: LabExecOptions) => Promise<PlaceResult>;
  /** Looks, prints ✓ or ✗ with what was seen, and counts. */
  readonly check: (says: string, look: () => Promise<Seen>) => Promise<void>;
  readonly count: { shown: number; wrong: number };
}

/** The API to talk to, and the terminal to talk on. */
export interface StageSetting {
  readonly lab: Lab;
  readonly url: string;
  readonly token: string;
  readonly print: (line: string) => void;
  readonly paint: Paint;
}

/** Raises the curtain. */
export function raise({ lab, url, token, print, paint }: StageSetting): Stage {
  const count = { shown: 0, wrong: 0 };
  const pods = new Map<string, Pod>();
  const verdict = (ok: boolean, text: string) => {
    count.shown += 1;
    if (!ok) count.wrong += 1;
    print(`  ${ok ? paint('green', '✓') : paint('red', '✗')} ${text}`);
  };
  const ask = async (call: ApiCall): Promise<ApiAnswer> => {
    const { stdout, stderr } = await runCommand({ argv: curlCommand(url, call), input: `Authorization: Bearer ${token}\n` });
    if (stdout === '') throw new Error(`curl got no answer: ${stderr.trim()}`);
    return readAnswer(stdout);
  };
  return {
    lab,
    ask,
    pods,
    services: new Map(),
    nodes: new Map(),
    count,
    tell: (text) => print(`  ${text}`),
    show: (lines) => {
      for (const line of lines) print(paint('dim', `    ${line}`));
    },
    call: async (call) => {
      for (const [index, line] of typedCurl(call).entries()) print(paint('cyan', `  ${index === 0 ? '$' : ' '} ${line}`));
      const answer = await ask(call);
      const ok = answer.status < 300;
      const summary = `${answer.status} in ${answer.ms} ms${answer.body === null ? '' : `  ${abbreviate(answer.body)}`}`;
      if (ok) print(paint('dim', `    ${summary}`));
      else verdict(false, summary);
      return answer;
    },
    inPlace: (place, argv, options = {}) => {
      const pod = pods.get(place);
      return pod === undefined ? lab.exec(place, argv, options) : lab.exec(pod.node, argv, { ...options, netns: pod.status.netns });
    },
    check: async (says, look) => {
      const seen = await look().catch((error: Error) => ({ ok: false, saw: error.message }));
      verdict(seen.ok, `${says.padEnd(58)} ${paint(seen.ok ? 'dim' : 'red', seen.saw)}`);
    },
  };
}
