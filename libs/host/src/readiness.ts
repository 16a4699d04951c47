import { request } from 'node:http';
import { connect } from 'node:net';
import type { ReadinessProbe } from '@weft/model';

/** What came of one probe; `message` says why it failed. */
export interface ProbeResult {
  readonly ok: boolean;
  readonly message: string;
}

const READY: ProbeResult = { ok: true, message: '' };
const notReady = (message: string): ProbeResult => ({ ok: false, message });

type Asked = Pick<ReadinessProbe, 'port' | 'path' | 'timeoutSeconds'>;

function tcp(ip: string, { port, timeoutSeconds }: Asked): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host: ip, port, timeout: timeoutSeconds * 1000 });
    const end = (result: ProbeResult) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(READY));
    socket.once('timeout', () => end(notReady(`tcp ${ip}:${port}: no answer within ${timeoutSeconds} s`)));
    socket.once('error', (error) => end(notReady(`tcp ${ip}:${port}: ${error.message}`)));
  });
}

/** 200 to 399 is ready; redirects are not followed. */
function http(ip: string, { port, path, timeoutSeconds }: Asked): Promise<ProbeResult> {
  const url = `http://${ip}:${port}${path}`;
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    const asked = request({ host: ip, port, path, agent: false, signal, headers: { 'user-agent': 'weft-probe' } }, (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      resolve(status >= 200 && status < 400 ? READY : notReady(`${url}: status ${status}`));
    });
    asked.once('error', (error) =>
      resolve(notReady(signal.aborted ? `${url}: no answer within ${timeoutSeconds} s` : `${url}: ${error.message}`)),
    );
    asked.end();
  });
}

const PROBES = { tcp, http } satisfies Record<ReadinessProbe['type'], unknown>;

/** Asks a pod once whether it can take traffic, from the node to the pod's address. Never rejects. */
export async function probePod(ip: string, probe: Asked & Pick<ReadinessProbe, 'type'>): Promise<ProbeResult> {
  return PROBES[probe.type](ip, probe);
}
