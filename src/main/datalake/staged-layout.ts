import type { LaneType } from './lane';
import type { Column, ColumnType, TableSchema } from './table-schema';

/** Where a column stands: in a lane of its type, and there beside others. */
interface Place {
  lane: number;
  index: number;
}

/** Lists stand in a lane of their own, under their own name. */
interface LaneShape {
  name: string;
  type: LaneType | 'INTEGER[]';
  /** Columns in it. */
  width: number;
}

/** How the columns of a table are held in memory until a file holds them. */
export interface StagedLayout {
  readonly lanes: readonly Readonly<LaneShape>[];
  placeOf(column: string): Place;
  /** The column's value as SQL, `row` being an alias of the table and `texts` a list of all texts. */
  sqlOf(column: string, row: string): string;
}

/** Text is an index into a dictionary, 0 for null. */
const LANE_OF: Record<Exclude<ColumnType, 'INTEGER[]'>, LaneType> = {
  TIMESTAMP: 'BIGINT',
  BIGINT: 'BIGINT',
  DOUBLE: 'DOUBLE',
  INTEGER: 'INTEGER',
  VARCHAR: 'INTEGER',
  SMALLINT: 'INTEGER',
  TINYINT: 'INTEGER',
  BOOLEAN: 'INTEGER',
};

/**
 * Columns of one type stand together in one array column. DuckDB gives every column of a table in memory blocks of 256 KiB,
 * for its values and again for which of them are null: a table of 33,000 rows with a column for each takes 14 MB, with these
 * three 6 (decisions/0015).
 */
export function layoutOf(schema: TableSchema): StagedLayout {
  const lanes: LaneShape[] = [];
  const places = new Map<string, Place & { column: Column }>();
  for (const column of schema.columns) {
    const isList = column.type === 'INTEGER[]';
    const type = column.type === 'INTEGER[]' ? column.type : LANE_OF[column.type];
    const shared = isList ? undefined : lanes.find((lane) => lane.type === type);
    const lane = shared ?? { name: isList ? column.name : `${type.toLowerCase()}s`, type, width: 0 };
    if (shared === undefined) lanes.push(lane);
    places.set(column.name, { lane: lanes.indexOf(lane), index: lane.width, column });
    lane.width += 1;
  }
  const placed = (name: string): Place & { column: Column } => {
    const place = places.get(name);
    if (place === undefined) throw new Error(`the table ${schema.table} has no column ${name}`);
    return place;
  };
  return {
    lanes,
    placeOf: placed,
    sqlOf(name, row) {
      const { lane, index, column } = placed(name);
      const stored = `${row}.${lanes[lane]?.name}`;
      return column.type === 'INTEGER[]' ? stored : sqlOfElement(column.type, `${stored}[${index + 1}]`);
    },
  };
}

function sqlOfElement(type: ColumnType, element: string): string {
  if (type === 'TIMESTAMP') return `make_timestamp(${element})`;
  if (type === 'VARCHAR') return `texts[${element}]`;
  return LANE_OF[type as keyof typeof LANE_OF] === type ? element : `${element}::${type}`;
}
