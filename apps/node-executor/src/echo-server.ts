import { parseEchoArguments } from './echo/arguments.ts';
import { startEchoServer } from './echo/echo-server.ts';

// The process that runs in a pod whose runtime is `echo`. It keeps running without the executor that started it.
try {
  const server = await startEchoServer(parseEchoArguments(process.argv.slice(2)));
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      void server.close().then(() => process.exit(0));
    });
} catch (error) {
  process.stderr.write(`echo-server: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
