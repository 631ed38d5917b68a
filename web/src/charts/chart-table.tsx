import { Link } from 'react-router';
import { ScrollRegion } from '../components/scroll-region.js';

/** A figure, and the list behind it. */
export interface ChartCell {
  readonly text: string | number;
  readonly to?: string | undefined;
}
export interface ChartRow {
  readonly label: string;
  readonly cells: readonly ChartCell[];
}

/** The figures of a chart. */
export function ChartTable(props: {
  readonly title: string;
  /** Of the labels, then of each cell. */
  readonly columns: readonly string[];
  readonly rows: readonly ChartRow[];
}) {
  const { title, columns, rows } = props;
  return (
    <ScrollRegion label={title}>
      <table className="chart-table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, cells }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {cells.map(({ text, to }, index) => (
                <td key={columns[index + 1]}>{to === undefined ? text : <Link to={to}>{text}</Link>}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
