export { describeError, errorChain } from './error-chain.ts';
export { createLogger, LOG_LEVELS, type Logger, type LogLevel } from './logger.ts';
export { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from './metrics.ts';
export { isSignedBy, keyFingerprint, newPrivateKey, type Signer, signerOf } from './signatures.ts';
export { TrustError, trustLikeStarter, trustOnly } from './trust.ts';
