import { fill } from './fill.ts';
import { openSite, type Plane, type Site } from './site.ts';

/** A control plane with so many services, five endpoints each, and no nodes: what is measured is the API. */
export async function clusterWith(site: Site, name: string, services: number): Promise<Plane> {
  const plane = await site.plane(name);
  await fill(plane.sql, plane.client, services);
  return plane;
}

/** Lets a measurement have servers of its own, which end with it. */
export async function onSite<T>(work: (site: Site) => Promise<T>): Promise<T> {
  const site = await openSite();
  try {
    return await work(site);
  } finally {
    await site.close();
  }
}
