/** Options with the meanings and defaults of the flags of `avatar-prep`. Lengths in bytes can have units, as in `"150kB"`. */
export interface Options {
  /** A platform such as `"slack"`: its size, smallest size, byte cap and mask become the defaults. */
  for?: string;
  /** The edge of the square, in pixels. 640. */
  size?: number;
  /** The largest result, in bytes. 150,000. */
  maxBytes?: number | string;
  /** Floor and ceiling of JPEG quality, 1 to 100. `[40, 90]`. */
  quality?: [number, number] | number | string;
  /** Behind transparency: `"white"`, `"black"`, `"auto"` or `"#rrggbb"`. White. */
  background?: string;
  /** `"cover"` cuts, `"contain"` pads, `"auto"` pads logos. Cover. */
  fit?: 'cover' | 'contain' | 'auto';
  /** What cover keeps, such as `["face", "center"]`; `"auto"` is that. Center. */
  gravity?: string | string[];
  /** The point that cover centres, in per cent. */
  focus?: [number, number] | string;
  /** Use only this part: left, top, width and height in pixels, or per cent as text with `%`. */
  crop?: [number, number, number, number] | string;
  /** Trim uniform borders first. */
  trim?: boolean;
  /** Padding: `"auto"`, `"blur"`, `"white"`, `"black"` or `"#rrggbb"`. Auto. */
  pad?: string;
  /** The margin around a padded picture, in per cent of the edge. 4. */
  margin?: number;
  /** The shape that destinations show. Circle. */
  mask?: 'circle' | 'square';
  /** Enlarge pictures that are smaller than the size. */
  enlarge?: boolean;
  /** What would have to be enlarged more fails. 8. */
  enlargeLimit?: number;
  /** Time spent on fidelity. Balanced. */
  effort?: 'fast' | 'balanced' | 'best';
  /** Make progressive JPEGs where they are smaller. */
  progressive?: boolean;
  /** The smallest allowed edge of a result, in pixels. 1. */
  minSize?: number;
  /** Pictures below the smallest edge fail, or are enlarged to it. Fail. */
  tooSmall?: 'fail' | 'enlarge';
  /** Score each result against its square before encoding (SSIMULACRA2). */
  score?: boolean;
  /** The largest encoded file, in bytes. 256,000,000. */
  limitBytes?: number | string;
  /** The largest width times height. 268,402,689. */
  limitPixels?: number;
  /** The longest side, in pixels. 65,535. */
  limitSide?: number;
  /** The most frames in an animation. 10,000. */
  limitFrames?: number;
  /** The largest decoded picture, in bytes. 1 GiB. */
  limitDecoded?: number | string;
  /** The longest time for a picture, in seconds. A decoder that takes longer is stopped. 60. */
  timeout?: number;
  /** Workers, each of which prepares one picture at a time. One per core. */
  workers?: number;
  /** Memory that one picture may need, in bytes; one that needs more fails as `limit_exceeded`. 2 GiB. */
  memory?: number;
}

/** A notable event that is not an error. */
export interface Note {
  /** A stable code, such as `"low_resolution"`. */
  code: string;
  message: string;
  /** Whether something of the picture is lost or looks worse. */
  isWarning: boolean;
}

/** A face in the upright source. Lengths are in its pixels. */
export interface Face {
  x: number;
  y: number;
  width: number;
  height: number;
  /** How sure the detector is, up to 1. */
  score: number;
}

/** Which part of the source the square shows, and why. */
export interface Framing {
  /** `"contain"` if the picture is shown whole. */
  fit: 'cover' | 'contain';
  /** Why, for example `"center"` or `"face"`. */
  by: string;
  /** Left, top, width and height of the part that is shown, in pixels of the upright source. */
  crop: [number, number, number, number];
  /** Where that part lies in the result. */
  placed: [number, number, number, number];
  /** What fills the rest: `"#rrggbb"`, `"background"`, `"gradient"` or `"blur"`. */
  padding: string | null;
  /** Faces that were found, the largest first. */
  faces: Face[];
  /** Whether faces or content lie wholly inside the mask; null if neither was looked for. */
  insideMask: boolean | null;
}

/** A finished picture: square, upright, opaque sRGB, not over the byte cap. */
export interface Avatar {
  /** The JPEG file. */
  jpeg: Uint8Array<ArrayBuffer>;
  /** The edge of the square, in pixels. */
  size: number;
  /** JPEG quality, 1 to 100. */
  quality: number;
  subsampling: '4:4:4' | '4:2:0' | 'gray';
  progressive: boolean;
  /** The format of the source, recognised by its content, for example `"PNG"`. */
  format: string;
  framing: Framing;
  notes: Note[];
  /** What shows behind transparent pixels, as `"#rrggbb"`; null if there are none. */
  background: string | null;
  /** The score, up to 100; null if it was not asked for. */
  score: number | null;
  /** The hash by which near duplicates are found; null if the square is flat or below 32 pixels. */
  perceptualHash: string | null;
}

/** A picture has no result. `message` says why. */
export class PrepareError extends Error {
  /** A stable code, as in the records of the command. */
  readonly code: string;
  /** What can be tried. */
  readonly hint: string;
}

/** An option is not known, or its value is not allowed. */
export class OptionError extends TypeError {}

/** A platform that `for` can name. */
export interface Platform {
  name: string;
  size: number;
  maxBytes: number;
}

/** Prepares pictures with the same options, one per worker at a time. */
export class Preparer {
  private constructor();

  /** Loads the engine and starts the first worker. Rejects with an {@link OptionError} for a wrong option. */
  static create(options?: Options): Promise<Preparer>;

  /** The version, the platforms, and the extensions of pictures. */
  readonly about: { version: string; platforms: Platform[]; extensions: string[] };

  /** Prepares a whole file of any format that is read. Rejects with a {@link PrepareError}. */
  prepare(picture: Blob | ArrayBuffer | ArrayBufferView): Promise<Avatar>;

  /**
   * As `prepare`, for a file of a folder with any files: null if it is not a picture, neither by the extension of
   * its name nor by its content.
   */
  prepareFile(picture: Blob | ArrayBuffer | ArrayBufferView, name: string): Promise<Avatar | null>;

  /** Ends the workers. Pictures that are not finished fail. */
  close(): void;
}
