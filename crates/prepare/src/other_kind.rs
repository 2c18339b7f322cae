//! Kinds of files that are known but not read: pictures of other formats, and other files that
//! often have the name of a picture.

/// A known kind of file that is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherKind {
    pub(crate) name: &'static str,
    pub(crate) extensions: &'static [&'static str],
    pub(crate) advice: &'static str,
    pub(crate) is_picture: bool,
}

impl OtherKind {
    /// What it is: the name of the format for pictures, otherwise a noun with its article.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Extensions that mean this kind, lower case, without dot.
    #[must_use]
    pub fn extensions(&self) -> &'static [&'static str] {
        self.extensions
    }

    /// What to do instead, as one sentence without a full stop.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        self.advice
    }

    /// Whether it is a picture, not a file that only has the name of one.
    #[must_use]
    pub fn is_picture(&self) -> bool {
        self.is_picture
    }

    /// Every known kind of picture that is not read.
    pub fn pictures() -> impl Iterator<Item = &'static Self> {
        PICTURES.iter()
    }

    /// Whether files with this extension (without dot, any case) are pictures that are not read.
    #[must_use]
    pub fn is_picture_extension(extension: &str) -> bool {
        let extension = extension.to_ascii_lowercase();
        PICTURES
            .iter()
            .any(|kind| kind.extensions.contains(&extension.as_str()))
    }
}

const fn picture(
    name: &'static str,
    extensions: &'static [&'static str],
    advice: &'static str,
) -> OtherKind {
    OtherKind {
        name,
        extensions,
        advice,
        is_picture: true,
    }
}

const DRAWING: &str = "export it as SVG, PDF or PNG";
const PHOTO: &str = "convert it to PNG or JPEG first";
const FLATTENED: &str = "export it as PNG from the program that made it";

pub(crate) static EPS: OtherKind = picture("EPS", &["eps", "epsf", "epsi"], DRAWING);
pub(crate) static POSTSCRIPT: OtherKind = picture(
    "PostScript",
    &[],
    "convert it to PDF, for example with ps2pdf",
);
pub(crate) static ILLUSTRATOR: OtherKind = picture(
    "Illustrator without PDF content",
    &[],
    "save it again with the option Create PDF Compatible File, or export it as SVG",
);
pub(crate) static XCF: OtherKind = picture("XCF (GIMP)", &["xcf"], FLATTENED);
pub(crate) static WMF: OtherKind = picture("WMF (Windows metafile)", &["wmf", "wmz"], DRAWING);
pub(crate) static EMF: OtherKind = picture("EMF (Windows metafile)", &["emf", "emz"], DRAWING);
pub(crate) static JPEG_XR: OtherKind = picture("JPEG XR", &["jxr", "wdp", "hdp"], PHOTO);
pub(crate) static PICT: OtherKind = picture("PICT", &["pict", "pct"], PHOTO);
pub(crate) static COREL_DRAW: OtherKind = picture("CorelDRAW", &["cdr", "cmx"], DRAWING);
pub(crate) static PHOTO_PAINT: OtherKind = picture("Corel Photo-Paint", &["cpt"], FLATTENED);
pub(crate) static FLIF: OtherKind = picture("FLIF", &["flif"], PHOTO);
pub(crate) static DJVU: OtherKind =
    picture("DjVu", &["djvu", "djv"], "convert the page to PNG or PDF");
pub(crate) static BPG: OtherKind = picture("BPG", &["bpg"], PHOTO);
pub(crate) static DWG: OtherKind = picture("DWG (AutoCAD)", &["dwg"], DRAWING);
pub(crate) static DXF: OtherKind = picture("DXF (AutoCAD)", &["dxf"], DRAWING);
pub(crate) static AFFINITY: OtherKind =
    picture("Affinity", &["afphoto", "afdesign", "afpub"], FLATTENED);
pub(crate) static PAINT_SHOP: OtherKind =
    picture("Paint Shop Pro", &["psp", "pspimage"], FLATTENED);
pub(crate) static KRITA: OtherKind = picture("Krita", &["kra"], FLATTENED);
pub(crate) static OPEN_RASTER: OtherKind = picture("OpenRaster", &["ora"], FLATTENED);
pub(crate) static INDESIGN: OtherKind = picture("InDesign", &["indd"], "export it as PDF or PNG");
pub(crate) static CLIP_STUDIO: OtherKind = picture("Clip Studio Paint", &[], FLATTENED);
pub(crate) static RAW_WITHOUT_PREVIEW: OtherKind = picture(
    "camera raw of a kind without a usable preview",
    &["x3f", "mrw"],
    "develop it in a raw converter and export a JPEG",
);
pub(crate) static JBIG2: OtherKind = picture("JBIG2", &["jb2", "jbig2"], PHOTO);
pub(crate) static MNG: OtherKind = picture("MNG or JNG", &["mng", "jng"], PHOTO);
pub(crate) static FITS: OtherKind = picture("FITS", &["fits"], PHOTO);
pub(crate) static DICOM: OtherKind = picture("DICOM", &["dcm"], PHOTO);
pub(crate) static TEXTURE: OtherKind = picture(
    "compressed texture (KTX, ASTC, PVR, VTF)",
    &["ktx", "ktx2", "astc", "pvr", "vtf"],
    PHOTO,
);
pub(crate) static ILBM: OtherKind = picture("IFF ILBM (Amiga)", &["ilbm", "lbm"], PHOTO);
pub(crate) static FILM: OtherKind = picture("DPX or Cineon", &["dpx", "cin"], PHOTO);
pub(crate) static SKETCH: OtherKind = picture("Sketch", &["sketch"], DRAWING);
pub(crate) static FIGMA: OtherKind = picture("Figma", &["fig"], DRAWING);
pub(crate) static ADOBE_XD: OtherKind = picture("Adobe XD", &["xd"], DRAWING);
pub(crate) static PROCREATE: OtherKind = picture("Procreate", &["procreate"], FLATTENED);
pub(crate) static PIXELMATOR: OtherKind = picture("Pixelmator", &["pxd", "pxm"], FLATTENED);
pub(crate) static PAINT_NET: OtherKind = picture("Paint.NET", &["pdn"], FLATTENED);
pub(crate) static SAI: OtherKind = picture("PaintTool SAI", &["sai", "sai2"], FLATTENED);
pub(crate) static MEDIBANG: OtherKind = picture("MediBang Paint", &[], FLATTENED);
pub(crate) static XARA: OtherKind = picture("Xara", &[], DRAWING);
pub(crate) static WPG: OtherKind = picture("WPG (WordPerfect)", &["wpg"], DRAWING);
pub(crate) static CGM: OtherKind = picture("CGM", &["cgm"], DRAWING);
pub(crate) static LIVE_PHOTO: OtherKind = picture(
    "Live Photo archive",
    &["livp"],
    "unpack it with a ZIP program: the picture in it is a HEIC or JPEG",
);
pub(crate) static MIFF: OtherKind = picture("MIFF (ImageMagick)", &["miff"], PHOTO);
pub(crate) static JPEG_LS: OtherKind = picture("JPEG-LS", &["jls"], PHOTO);
pub(crate) static JPEG_XS: OtherKind = picture("JPEG XS", &["jxs"], PHOTO);
pub(crate) static JBIG: OtherKind = picture("JBIG", &["jbg", "jbig"], PHOTO);
pub(crate) static WEBP_2: OtherKind = picture("WebP 2", &["wp2"], PHOTO);

/// All pictures that are not read, in the order in which they are listed.
static PICTURES: &[OtherKind] = &[
    EPS,
    POSTSCRIPT,
    ILLUSTRATOR,
    XCF,
    WMF,
    EMF,
    JPEG_XR,
    PICT,
    COREL_DRAW,
    PHOTO_PAINT,
    FLIF,
    DJVU,
    BPG,
    DWG,
    DXF,
    AFFINITY,
    PAINT_SHOP,
    KRITA,
    OPEN_RASTER,
    INDESIGN,
    CLIP_STUDIO,
    RAW_WITHOUT_PREVIEW,
    JBIG2,
    MNG,
    FITS,
    DICOM,
    TEXTURE,
    ILBM,
    FILM,
    SKETCH,
    FIGMA,
    ADOBE_XD,
    PROCREATE,
    PIXELMATOR,
    PAINT_NET,
    SAI,
    MEDIBANG,
    XARA,
    WPG,
    CGM,
    LIVE_PHOTO,
    MIFF,
    JPEG_LS,
    JPEG_XS,
    JBIG,
    WEBP_2,
];

const fn other(name: &'static str, advice: &'static str) -> OtherKind {
    OtherKind {
        name,
        extensions: &[],
        advice,
        is_picture: false,
    }
}

const VIDEO_ADVICE: &str = "take a still picture from it";
const UNPACK: &str = "unpack it first";
const TRANSFER: &str = "transfer it again in binary mode";

pub(crate) static VIDEO: OtherKind = other("an MP4 or QuickTime video", VIDEO_ADVICE);
pub(crate) static OTHER_VIDEO: OtherKind = other("a video", VIDEO_ADVICE);
pub(crate) static AUDIO: OtherKind = other("a sound file", "choose a picture");
pub(crate) static ZIP: OtherKind = other(
    "a ZIP archive or an Office document",
    "unpack it, or take the picture out of the document",
);
pub(crate) static GZIP: OtherKind = other("compressed with gzip", UNPACK);
pub(crate) static ARCHIVE: OtherKind = other("an archive", UNPACK);
pub(crate) static OFFICE: OtherKind =
    other("an Office document", "take the picture out of the document");
pub(crate) static WEB_PAGE: OtherKind = other(
    "a web page: the download failed",
    "open the address in a browser, and download the picture itself",
);
pub(crate) static XML: OtherKind = other(
    "an XML text, often a server's error message",
    "look into it with a text editor, and download the picture again",
);
pub(crate) static JSON: OtherKind = other(
    "a JSON text, often a server's error message",
    "look into it with a text editor, and download the picture again",
);
pub(crate) static HTTP: OtherKind = other(
    "a server's answer with its headers",
    "download the picture again without the headers",
);
pub(crate) static LFS_POINTER: OtherKind = other("a pointer of Git LFS", "run git lfs pull");
pub(crate) static DATA_URL: OtherKind = other(
    "a data URL: a picture as base64 text",
    "decode the part behind the comma with base64 -d",
);
pub(crate) static BASE64: OtherKind = other("a picture as base64 text", "decode it with base64 -d");
pub(crate) static SHORTCUT: OtherKind = other(
    "a shortcut to another file",
    "use the file that it leads to",
);
pub(crate) static TEXT_MODE: OtherKind = other(
    "a picture damaged by a transfer in text mode, which changed its line ends or characters",
    TRANSFER,
);
pub(crate) static FONT: OtherKind = other("a font", "choose a picture");
pub(crate) static PROGRAM: OtherKind = other("a program", "choose a picture");
pub(crate) static ZEROS: OtherKind = other(
    "nothing but zero bytes: the copy failed",
    "copy or download it again",
);
pub(crate) static BEHIND_TEXT: OtherKind = other(
    "a picture with text before it, as servers and scripts add it by mistake",
    "download it again, or remove the text before the picture",
);
pub(crate) static APPLE_DOUBLE: OtherKind = other(
    "what a Mac keeps beside a file (AppleDouble)",
    "use the file of the same name without ._ before it",
);
pub(crate) static PROPERTY_LIST: OtherKind = other(
    "a property list, such as the placeholder of a file that is still in iCloud",
    "download the file itself",
);
pub(crate) static ANNEX_POINTER: OtherKind = other("a pointer of git-annex", "run git annex get");
pub(crate) static ADDRESS: OtherKind =
    other("a web address", "download the picture that it leads to");
pub(crate) static EMAIL: OtherKind = other("an e-mail", "save the picture that is attached to it");
pub(crate) static METADATA: OtherKind = other(
    "a file of metadata (XMP)",
    "use the picture that it belongs to",
);
pub(crate) static ENCRYPTED: OtherKind = other("an encrypted file", "decrypt it first");
pub(crate) static KEY: OtherKind = other("a certificate or key", "choose a picture");
pub(crate) static DATABASE: OtherKind = other("a database", "choose a picture");
pub(crate) static SCRIPT: OtherKind = other("a script", "choose a picture");
pub(crate) static SCENE: OtherKind = other("a 3D scene", "render it to a picture first");
pub(crate) static FLASH: OtherKind = other("a Flash film", "take a still picture from it");
