/** A connection string fit for logs and messages: user and password are left out. */
export function describeAddress(uri: string): string {
  return uri.replace(/^([a-z+]+:\/\/)[^@/]*@/i, '$1***@').replace(/(password|token)=[^&]*/gi, '$1=***');
}
