/** A content type without its parameters, in lower case (`''` = none), and its charset. */
export interface MediaType {
  readonly name: string;
  readonly charset?: string;
}

export function readMediaType(contentType: string | undefined): MediaType {
  const [name = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  for (const parameter of parameters) {
    const [key, value] = parameter.split('=', 2);
    if (key === 'charset' && value !== undefined) return { name, charset: value.replaceAll('"', '') };
  }
  return { name };
}
