/** The folder of an image that holds the folder of the document. */
export const APPLICATION = '/app';
