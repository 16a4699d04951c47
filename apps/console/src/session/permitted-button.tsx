import { Button, type ButtonProps, Text } from '@mantine/core';
import type { ComponentProps } from 'react';
import { useSession } from './session.tsx';

type Props = ButtonProps & Pick<ComponentProps<'button'>, 'onClick' | 'type'> & { readonly permission: string };

/** A button for what takes a permission. To whom the API does not give it, it is disabled and says why: that spares a refusal, which stays the API's. */
export function PermittedButton({ permission, disabled, ...button }: Props) {
  const may = useSession().caller.permissions.includes(permission);
  return (
    <>
      <Button {...button} disabled={disabled === true || !may} />
      {may ? null : <Text size="sm">This token may not: it takes {permission}.</Text>}
    </>
  );
}
