/** Bytes of one encoded item. An entry is far smaller; proof files carry a few of them. */
export const cborBytesMax = 1_048_576;

/** Arrays and maps inside one another. */
export const cborDepthMax = 16;
