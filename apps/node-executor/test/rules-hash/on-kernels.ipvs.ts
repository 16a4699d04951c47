import { describeOnKernels } from './on-kernels.ts';

describeOnKernels(['ipvs'], 5);
