import { makeRunner } from '../real/runner.ts';
import { systemCall } from '../real/system-calls.ts';
import type { RulesGeneration } from './rules-generation.ts';
import { RULES_QUESTION } from './rules-question.ts';

/** Of the host that `enter` leads to, as for RealHost. */
export function realRulesGeneration(enter: readonly string[] = []): RulesGeneration {
  const runner = makeRunner(enter);
  const call = systemCall('getsockopt');
  return async () => {
    if (call === null) return null;
    const { exitCode, stdout } = await runner.run(['perl', '-e', RULES_QUESTION, `${call}`]);
    return exitCode === 0 ? stdout.trim() : null;
  };
}
