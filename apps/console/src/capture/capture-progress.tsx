import { Button, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Captured } from './use-capture.ts';

const NUMBER = new Intl.NumberFormat();

/** An address of this page for a file, as long as it is shown. */
function useAddressOf(file: Blob | null): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (file === null) return setAddress(null);
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return address;
}

/** What has come so far, how to stop it, and where it is to be had once it is over. */
export function CaptureProgress({ captured, stop }: { captured: Captured; stop: () => void }) {
  const { of, running, packets, bytes, file, error } = captured;
  const address = useAddressOf(file);
  const name = `${of.replaceAll('/', '-')}.pcap`;
  return (
    <div className="form-row">
      <output className="phase" data-tone={running ? 'moving' : error === null ? 'good' : 'bad'}>
        {running ? 'Capturing' : error === null ? 'Captured' : 'Broken off'} {of}: {NUMBER.format(packets)} packets, {NUMBER.format(bytes)}{' '}
        bytes
      </output>
      {running ? (
        <Button color="red" onClick={stop}>
          Stop
        </Button>
      ) : null}
      {address === null ? null : (
        <Button component="a" href={address} download={name}>
          Download {name}
        </Button>
      )}
      {running || packets > 0 || error !== null ? null : (
        <Text size="sm">
          Nothing passed. See with Reach whether it should have; a service is captured behind the translation, in its pods.
        </Text>
      )}
    </div>
  );
}
