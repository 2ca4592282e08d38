"""Words of tables: headers that name files, classes, splits and groups, values that name a part or no label. No torch."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from ssl_core.reading.account import Part
from ssl_core.reading.part_words import PARTS_ELSEWHERE


def _of(words: str) -> frozenset[str]:
    return frozenset(words.split(" "))


# headers without case, spaces, dots, underscores and hyphens

FILES = _of(
    "file filename filenames files image images imagename imagefile imagefilename imagepath imageid imageids imageuri "
    "imageurl img imgname imgpath imgfile imgid path filepath fullpath relativepath relpath idcode picture pictures photo "
    "photoname photoid pic name url uri id src source location fname filelocation imageindex impath datei bild fichier "
    "archivo isicid dateiname bilddatei bildname nomfichier nomdufichier nombrearchivo imagen imagem immagine"
)
MASKS = _of("mask masks maskpath maskfile maskname segmentation segmentationpath annotationpath xml json labelpath labelfile")
CLASSES = (  # the first words go before the later ones
    _of(
        "label labels class classes classname classnames classlabel classid classidx classindex target targets category "
        "categories categoryname categoryid labelname labelid labelidx y groundtruth truth gt imagelabel finelabel finelabels "
        "klasse clase classe etiqueta étiquette etichetta kategorie catégorie categorie categoría categoria"
    ),
    _of(
        "choice choices diagnosis dx disease finding findings findinglabels findinglabel species breed breedname breedid speciesname "
        "scientificname commonname synset wnid taxon emotion variety cultivar defect defecttype genus family tags annotation "
        "result kind speciesid diagnose befund krankheit diagnostic diagnóstico diagnostico diagnosi maladie enfermedad malattia "
        "espèce espece especie espécie specie"
    ),
    _of("type tag level grade object material brand make model style artist genre word coarselabel"),
)
SPLITS = _of(
    "split splits set subset fold folds partition phase usage traintestsplit traintest datasplit dataset datasetsplit "
    "setname settype splitname kfold evaluationstatus datensatz aufteilung teilmenge ensemble jeu conjunto subconjunto partición "
    "particion insieme sottoinsieme suddivisione"
)
FOLDS = _of("fold folds kfold")
YES_MEANS: dict[str, tuple[Part, Part]] = {  # what 1 and 0 mean under a header
    **dict.fromkeys(("istest", "test", "testing", "isholdout", "istestset", "intest"), ("test", "train")),
    **dict.fromkeys(("istrain", "train", "training", "istraining", "intrain", "istrainingimage", "traintestsplit"), ("train", "test")),
    **dict.fromkeys(("isval", "isvalid", "isvalidation", "val", "valid", "validation", "isdev"), ("validation", "train")),
}
CAPTIONS = _of("caption captions text description descriptions sentence prompt additionalfeature")
# each with several pictures: the first kind is the same being or thing, the second the same occasion, the third either, in doubtful words
GROUPS = (
    _of(
        "patient patientid patients subject subjectid lesion lesionid person personid participant participantid individual "
        "individualid patienten patientin proband paciente paziente sujet sujeto soggetto individu individuo "
        "case caseid donor donorid animalid specimen specimenid study studyid studyinstanceuid patientname"
    ),
    _of(
        "session sessionid video videoid clip clipid sequence sequenceid seqid scene sceneid site siteid camera cameraid slide "
        "slideid hospital center centre scanner batch plot plotid field fieldid burst burstid author location locationid captureid "
        "captureeventid eventid trackid"
    ),
    _of("sample sampleid tree treeid mouse mouseid biopsy biopsyid well wellid plate plateid source sourceid"),
)
SOME_ID = len(GROUPS)  # the kind of group of a column that is called an id, and says not of what
NO_ID = re.compile(  # words that end in these letters and are no ids
    "(?:oid|otid|fluid|liquid|valid|grid|solid|covid|acid|hybrid|orchid|lipid|rapid|humid|arachnid|pyramid|maid|said|paid|(?<![a-z])(?:aid|kid|lid|mid|bid))$"
)
CLASS_WORD = re.compile("class|categor|label|species|breed|type|kind|wnid|target|synset")
SEQUENCE = _of("index idx row rownumber unnamed0 nr no number annotationid annotator createdat updatedat leadtime")
BOXES = _of("width height xmin ymin xmax ymax x1 y1 x2 y2 x w h left top right bottom bbox roix1 roiy1 roix2 roiy2 area size filesize")

MISSING = _of(
    "nan na n/a none null ? unknown unlabeled unlabelled - <na> #n/a nil undefined missing "
    "unbekannt inconnu inconnue desconocido desconhecido sconosciuto"
) | {
    "",
    "not available",
    "no label",
}
TRUE, FALSE = frozenset({"1", "true", "yes", "y", "t"}), frozenset({"0", "false", "no", "n", "f", ""})
PARTS: dict[str, Part] = {
    **PARTS_ELSEWHERE,
    **dict.fromkeys(("train", "training", "trn", "tr", "learn", "learning", "fit", "trainval", "trainset"), "train"),
    **dict.fromkeys(
        ("val", "valid", "validation", "dev", "development", "tuning", "valset", "devset", "crossval", "crossvalidation"), "validation"
    ),
    **dict.fromkeys(("test", "testing", "tst", "holdout", "eval", "evaluation", "tests", "testset", "hold", "heldout"), "test"),
    **dict.fromkeys(("unlabelled", "unlabeled", "unsupervised", "unsup", "unannotated"), "unlabelled"),
}
FILLERS = _of(
    "set sets data dataset images image imgs img split part subset files list out annotations labels label public private "
    "datensatz daten satz bilder ensemble jeu d de des du données conjunto datos dados insieme di dati"
)


def bare_header(header: str) -> str:
    """A header without case and marks: " File Name " and "file_name" are "filename"."""
    return re.sub(r"[\W_]", "", header if header.isascii() else unicodedata.normalize("NFC", header)).lower()


def group_kind(header: str) -> int | None:
    """Which kind of group a header names, as an index of GROUPS or SOME_ID; None where it names none."""
    text = bare_header(header)
    other = (FILES - {"id"}) | SEQUENCE
    called_id = text.endswith("id") and not NO_ID.search(text)
    some = SOME_ID if called_id and text not in other and not CLASS_WORD.search(text) else None
    return next((kind for kind, known in enumerate(GROUPS) if text in known), some)


def identifies(header: str) -> bool:
    """Whether a header says that a column's values are ids of groups, which are never taken for classes."""
    return bare_header(header).endswith("id") and group_kind(header) is not None


def clean(text: str) -> str:
    """A value as it is compared and shown: Unicode NFC, single spaces, none at the ends."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def word_count(text: str) -> int:
    """How many words a text has."""
    return len(text.split())


def missing(text: str) -> bool:
    """Whether a cell stands for no label."""
    return text.strip().lower() in MISSING


@lru_cache(maxsize=10_000)
def named_part(text: str) -> Part | None:
    """The part that a value or a table's name says ("train_set", "PublicTest", "train2017"); None where it says none, or two."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", clean(text))
    words = re.findall(r"[^\W\d_]+", spaced.lower())
    said = {PARTS[word] for word in words if word in PARTS}
    strange = [word for word in words if word not in PARTS and word not in FILLERS]
    if said == {"train", "validation"} and not strange:  # "train_val": both are learnt from
        return "train"
    if len(said) != 1 or strange:
        return None
    return "validation" if "public" in words and said == {"test"} else said.pop()


def part_in_name(name: str) -> Part | None:
    """The part that a table is about by its file's name, else by the innermost folder that says any; one that says two says none."""
    for depth, each in enumerate(reversed(re.sub(r"\.\w+$", "", name).split("/"))):
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", each)
        found = [word if word in PARTS else word.removesuffix("list") for word in re.findall(r"[^\W\d_]+", spaced.lower())]
        said = {PARTS[word] for word in found if word in PARTS}
        if len(said) > 1 and depth:  # a folder of lists of several parts
            return named_part(each)
        if said:
            return "train" if said == {"train", "validation"} else said.pop() if len(said) == 1 else None
    return None


def names_both_parts(name: str) -> bool:
    """Whether a list's name says training and validation together ("trainval.txt", "train_val_list.txt")."""
    last = re.sub(r"\.\w+$", "", name.rpartition("/")[2])
    words = re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", last).lower())
    return "trainval" in words or {"train", "validation"} <= {PARTS.get(word) for word in words}


def split_in_name(name: str) -> str | None:
    """The header that a list's name stands for ("list_eval_partition.txt" is "partition"), None where it is about no split."""
    last = re.sub(r"\.\w+$", "", name.rpartition("/")[2]).lower()
    said = [word for word in re.findall(r"[^\W\d_]+", last) if word in ("split", "splits", "partition", "partitions", "fold", "folds")]
    return "train_test_split" if re.search(r"train_?test_?split", last) else said[-1].rstrip("s") if said else None


def number(text: str, comma: bool = False) -> float | None:
    """A finite number, None where the text is none; "3,5" is one where commas don't separate columns."""
    try:
        value = float(text.replace(",", ".") if comma else text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


def enumerated(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
