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

/** A photo that the service keeps. `path`: of its file in the API. */
export function StoredPhoto({ path, label }: { readonly path: string; readonly label: string }) {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['file', path],
    queryFn: () => api.download(path),
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
