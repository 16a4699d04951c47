/** The columns every object has. */
interface SystemColumns {
  readonly generation: number;
  readonly revision: bigint;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The fields that the system adds to every object, as the API shows them. */
export function systemFields({ generation, revision, createdAt, updatedAt }: SystemColumns) {
  return { generation, revision: Number(revision), createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}
