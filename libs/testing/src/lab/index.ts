export { createLab, destroyLab, findLab, type Lab, type LabHost, type LabSpec } from './lab.ts';
export { type LabRole, MAX_LAB_NODES, MAX_LABS } from './plan.ts';
export { must, type Ran, type RunOptions, run } from './run.ts';
