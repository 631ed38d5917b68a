/** What JSON can carry. Numbers are finite: NaN and Infinity are refused at the edge. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
/** A JSON object; a key may be absent. */
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}
