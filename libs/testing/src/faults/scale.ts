const long = process.env.WEFT_FAULTS === 'long';

/**
 * How hard faults are: what is broken for minutes in the field is broken for seconds in the short form, which is part of every run of the tests. `./weft test --faults`
 * runs the long form. Times in ms.
 */
export const FAULTS = long
  ? ({
      redisAwayMs: 300_000,
      controlPlaneAwayMs: 600_000,
      nodeCutOffMs: 120_000,
      hintStormMs: 60_000,
      lossyRequests: 500,
      executorStoppedMs: 90_000,
      kills: 50,
    } as const)
  : ({
      redisAwayMs: 12_000,
      controlPlaneAwayMs: 15_000,
      nodeCutOffMs: 15_000,
      hintStormMs: 8_000,
      lossyRequests: 60,
      executorStoppedMs: 2_000,
      kills: 10,
    } as const);
