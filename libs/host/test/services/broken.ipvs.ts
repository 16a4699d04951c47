import { SPOILT } from './broken.ts';
import { describeBroken } from './broken-suite.ts';

describeBroken([{ name: 'ipvs', backend: 'ipvs' }], (_, { feature }) => SPOILT.includes(feature));
