import { Table, type TableProps } from 'antd';
import { ScrollRegion } from './scroll-region.js';

/** Rows of a list, all that are given, as a table that scrolls by itself where the screen is narrow. */
export function ListTable<Row extends object>({
  label,
  ...table
}: { readonly label: string } & Omit<TableProps<Row>, 'size' | 'pagination'>) {
  return (
    <ScrollRegion label={label}>
      <Table<Row> size="small" pagination={false} {...table} />
    </ScrollRegion>
  );
}
