/** Injection tokens for what is an interface: the database, the way to nodes' queues and into them, settings and the log. */
export const STORE = Symbol('store');
export const HINTS = Symbol('hints');
export const ASKER = Symbol('asker');
export const NODE_USERS = Symbol('node-users');
export const CONFIG = Symbol('config');
export const LOG = Symbol('log');
