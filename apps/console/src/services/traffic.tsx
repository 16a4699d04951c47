import { Loader, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { dataOf } from '@weft/sdk';
import { useEffect, useRef, useState } from 'react';
import type { Service, ServiceCounters } from '../api.ts';
import { useSession } from '../session/session.tsx';
import { Problem } from '../show/problem.tsx';
import { When } from '../show/when.tsx';
import { type Sample, sampleOf, WINDOW } from './samples.ts';
import { TrafficChart } from './traffic-chart.tsx';

const EVERY_MS = 2_000;

/** The counters read while the page is open, oldest first. */
function useSamples(counters: ServiceCounters | undefined, readAt: number): readonly Sample[] {
  const samples = useRef<readonly Sample[]>([]);
  const [, draw] = useState(0);
  useEffect(() => {
    if (counters === undefined || samples.current.at(-1)?.atMs === readAt) return;
    samples.current = [...samples.current, sampleOf(counters, readAt)].slice(-WINDOW);
    draw(readAt);
  }, [counters, readAt]);
  return samples.current;
}

const count = (value: number | null) => (value === null ? 'not counted' : value.toLocaleString());

/** What the nodes have counted for a service, port by port, and the rate of new connections since the page was opened. */
export function Traffic({ service: { id } }: { service: Service }) {
  const { client } = useSession();
  const answer = useQuery({
    queryKey: ['traffic', id],
    queryFn: () => dataOf(client.GET('/services/{id}/traffic', { params: { path: { id } } })),
    refetchInterval: EVERY_MS,
  });
  const samples = useSamples(answer.data, answer.dataUpdatedAt);
  if (answer.isPending) return <Loader aria-label="Loading" />;
  if (answer.isError) return <Problem error={answer.error} />;
  const { ports, nodes } = answer.data;
  return (
    <>
      <TrafficChart samples={samples} />
      <Table captionSide="top">
        <Table.Caption>Counted since each node began to count</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {['Node', 'Port', 'Connections', 'Packets', 'Bytes', 'Told at'].map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[{ node: 'all', reportedAt: null, ports }, ...nodes].flatMap(({ node, reportedAt, ports: of }) =>
            of.map(({ port, protocol, connections, packets, bytes }) => (
              <Table.Tr key={`${node} ${port}/${protocol}`}>
                <Table.Td>{node}</Table.Td>
                <Table.Td>
                  {port}/{protocol}
                </Table.Td>
                <Table.Td>{count(connections)}</Table.Td>
                <Table.Td>{count(packets)}</Table.Td>
                <Table.Td>{count(bytes)}</Table.Td>
                <Table.Td>{reportedAt === null ? '' : <When at={reportedAt} />}</Table.Td>
              </Table.Tr>
            )),
          )}
        </Table.Tbody>
      </Table>
      {nodes.length === 0 ? <Text>No node has counted anything yet.</Text> : null}
    </>
  );
}
