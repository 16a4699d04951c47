export { type LightServer, startLightServer } from './light-server.ts';
export { type Storm, type StormOutcome, startStorm } from './storm.ts';
