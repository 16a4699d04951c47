import { describeServices } from './suite.ts';

describeServices([{ name: 'ipvs', backend: 'ipvs' }]);
