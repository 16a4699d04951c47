import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_basic,
  sortFn_text,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { Scroller } from '../show/scroller.tsx';

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic, text: sortFn_text },
});

/** A column of a table with objects of that type. Columns are made once, outside of what is drawn. */
export type Column<T extends object> = ColumnDef<typeof features, T>;

const ROW_HEIGHT = 36;

const DIRECTIONS = { asc: 'ascending', desc: 'descending' } as const;

interface DataTableProps<T extends object> {
  /** What the table is of, for those who do not see it. */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  /** Said in the place of rows when there are none. */
  readonly empty: string;
  /** As high as its rows, up to that; without: as high as the page allows. */
  readonly maxHeight?: number;
  readonly rowId?: (row: T) => string;
}

/** A table that sorts by any of its columns and draws only the rows that are seen, however many there are. */
export function DataTable<T extends object>({ label, columns, rows, empty, maxHeight, rowId }: DataTableProps<T>) {
  const scroller = useRef<HTMLElement>(null);
  const grid = useTable({
    features,
    columns: columns as Column<T>[],
    data: rows as T[],
    ...(rowId === undefined ? {} : { getRowId: rowId }),
  });
  const model = grid.getRowModel().rows;
  const virtualizer = useVirtualizer({
    count: model.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const seen = virtualizer.getVirtualItems();
  const above = seen[0]?.start ?? 0;
  const below = virtualizer.getTotalSize() - (seen.at(-1)?.end ?? 0);

  return (
    <Scroller label={label} ref={scroller} maxHeight={maxHeight}>
      <table className="table" aria-rowcount={model.length + 1} aria-label={label}>
        <thead>
          {grid.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => {
                const sorted = header.column.getIsSorted();
                return (
                  <th key={header.id} scope="col" aria-sort={sorted === false ? 'none' : DIRECTIONS[sorted]}>
                    {header.column.getCanSort() ? (
                      <button type="button" onClick={header.column.getToggleSortingHandler()}>
                        <grid.FlexRender header={header} />
                      </button>
                    ) : (
                      <grid.FlexRender header={header} />
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {above > 0 ? <tr className="table-space" style={{ height: above }} /> : null}
          {seen.map(({ index }) => {
            const row = model[index];
            return row === undefined ? null : (
              <tr key={row.id} aria-rowindex={index + 2}>
                {row.getAllCells().map((cell) => (
                  <td key={cell.id}>
                    <grid.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            );
          })}
          {below > 0 ? <tr className="table-space" style={{ height: below }} /> : null}
        </tbody>
      </table>
      {model.length === 0 ? <p className="table-empty">{empty}</p> : null}
    </Scroller>
  );
}
