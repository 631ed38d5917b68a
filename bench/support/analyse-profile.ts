/** A V8 CPU profile (`node --cpu-prof`), as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** µs. */
  readonly timeDeltas: readonly number[];
}

/** Shares of the time that the process was busy, 0 … 1, largest first. */
export interface ProfileSummary {
  /** Self time by part of the program. */
  readonly parts: readonly { readonly name: string; readonly share: number }[];
  readonly functions: readonly { readonly name: string; readonly self: number; readonly total: number }[];
}

type Node = CpuProfile['nodes'][number];

export function analyseProfile({ nodes, samples, timeDeltas }: CpuProfile): ProfileSummary {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parentOf = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const timeOf = new Map<number, number>();
  samples.forEach((id, i) => timeOf.set(id, (timeOf.get(id) ?? 0) + (timeDeltas[i] ?? 0)));

  const parts = new Map<string, number>();
  const self = new Map<string, number>();
  const total = new Map<string, number>();
  const add = (map: Map<string, number>, key: string, time: number) =>
    map.set(key, (map.get(key) ?? 0) + time);
  let busy = 0;
  for (const [id, time] of timeOf) {
    const node = byId.get(id);
    if (!node || node.callFrame.functionName === '(idle)') continue;
    busy += time;
    add(parts, partOf(node), time);
    add(self, nameOf(node), time);
    const seen = new Set<string>();
    for (let at: number | undefined = id; at !== undefined; at = parentOf.get(at)) {
      const name = nameOf(byId.get(at) as Node);
      if (seen.has(name)) continue;
      seen.add(name);
      add(total, name, time);
    }
  }
  const share = (time: number) => time / busy;
  return {
    parts: [...parts].map(([name, time]) => ({ name, share: share(time) })).sort((a, b) => b.share - a.share),
    functions: [...total]
      .map(([name, time]) => ({ name, self: share(self.get(name) ?? 0), total: share(time) }))
      .sort((a, b) => b.self - a.self),
  };
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: Node): string {
  const file = url.replace(/^.*\/(?:node_modules|src|jobs|bench)\//, '').replace(/\?.*$/, '');
  return `${functionName || '(anonymous)'} ${file === '' ? '' : `${file}:${lineNumber + 1}`}`.trim();
}

function partOf({ callFrame: { functionName, url } }: Node): string {
  const library = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (library !== undefined) return library;
  const own = /\/(src|jobs)\/(?:([^/]+)\/)?([^/?]+)/.exec(url);
  if (own) return `${own[1]}/${own[2] ?? own[3] ?? ''}`;
  if (url.startsWith('node:')) return url.split('/')[0] ?? url;
  return functionName.startsWith('(') ? functionName : 'V8 builtins and native';
}
