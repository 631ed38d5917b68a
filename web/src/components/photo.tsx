import { useQuery } from '@tanstack/react-query';
import { Image } from 'antd';
import { useEffect, useState } from 'react';
import { useApi } from '../session.js';
import { readPhoto } from '../photo-store.js';

/** A photo that waits on this device. */
export function LocalPhoto({ id, label }: { readonly id: string; readonly label: string }) {
  const { data } = useQuery({
    queryKey: ['local photo', id],
    queryFn: async () => (await readPhoto(id)) ?? null,
    staleTime: Infinity,
  });
  return <Shown blob={data ?? undefined} label={label} />;
}

/** A photo that the service keeps, of the alert or inspection task with this id. */
export function StoredPhoto(props: {
  readonly of: 'alert' | 'inspection';
  readonly id: string;
  readonly file: string;
  readonly label: string;
}) {
  const { of, id, file, label } = props;
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['file', of, id, file],
    queryFn: () => {
      const input = { params: { id, file } };
      return of === 'alert' ? api.getAlertEvidence(input) : api.getInspectionEvidence(input);
    },
    staleTime: Infinity,
  });
  return <Shown blob={data} label={label} />;
}

function Shown({ blob, label }: { readonly blob: Blob | undefined; readonly label: string }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  if (url === undefined) return <span className="photo-place" aria-label={label} role="img" />;
  return <Image src={url} alt={label} width={72} height={72} className="photo" />;
}
