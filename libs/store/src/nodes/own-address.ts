import { contains, ProblemError } from '@weft/model';
import { readNetwork } from '../cluster/settings.ts';
import type { Tables } from '../database/database.ts';
import { holderOfAddress } from '../services/external-addresses.ts';

/** Whose an address is that a node says is its own, in words; null: nobody else's. */
async function otherHolder(tables: Tables, nodeId: string | null, ip: string): Promise<string | null> {
  const { podCidrs, serviceCidrs } = await readNetwork(tables);
  const range = [...podCidrs, ...serviceCidrs].find((cidr) => contains(cidr, ip));
  if (range !== undefined) return `in ${range}, which is for pods and services`;
  const service = await holderOfAddress(tables, ip);
  if (service !== null) return `an external address of service ${service}`;
  const [node] = await tables.$queryRaw<{ name: string }[]>`
    SELECT name FROM node WHERE host(address::inet) = ${ip} AND id IS DISTINCT FROM ${nodeId} LIMIT 1`;
  return node === undefined ? null : `the address of node ${node.name} (if that host is gone, delete that node first)`;
}

/**
 * Throws ProblemError AddressTaken for an address that is not one node's alone: what others send to the node would go elsewhere. From here to the commit nobody
 * takes it, as long as the caller holds the lock `external-addresses`.
 */
export async function requireOwnAddress(tables: Tables, nodeId: string | null, address: string): Promise<void> {
  const ip = address.slice(0, address.indexOf('/'));
  const whose = await otherHolder(tables, nodeId, ip);
  if (whose === null) return;
  const message = `${ip} is ${whose}, and cannot be this node's`;
  throw new ProblemError('AddressTaken', message, [{ pointer: '/facts/address', code: 'AddressTaken', message }]);
}
