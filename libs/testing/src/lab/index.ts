export { createLab, destroyLab, findLab, type Lab, type LabExecOptions, type LabHost, type LabSpec } from './lab.ts';
export { type LabRole, MAX_LAB_NODES, MAX_LABS } from './plan.ts';
export { must } from './run.ts';
