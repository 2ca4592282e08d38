"""TIFFs of many bands and of numbers that Pillow doesn't read: their pixels, against tifffile's own files."""

from __future__ import annotations

import base64
import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssl_core.reading.images import tiff_header
from ssl_core.reading.images.pixels import square, whole_picture
from ssl_core.reading.images.room import Room
from ssl_core.reading.images.unreadable import Unreadable
from tests.help.picturefiles import tifffile, written

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow's own words on damaged files


def numbers(kind: str, bands: int = 5, shape: tuple[int, int] = (23, 37)) -> np.ndarray:
    values = np.random.default_rng(0).normal(size=(*shape, bands)) * 40 + 100
    return values.clip(0, 250).astype(kind)


def seen(values: np.ndarray) -> np.ndarray:
    """The first three bands (or the first), each from its least number to its largest: uint8 H W 3."""
    bands = [values[:, :, k].astype(float) for k in (range(3) if values.shape[2] > 2 else (0, 0, 0))]
    return np.stack([np.round((band - band.min()) / (band.max() - band.min()) * 255) for band in bands], -1).astype(np.uint8)


def alike(data: bytes, values: np.ndarray) -> bool:
    found = whole_picture(data, max(values.shape[:2]))
    return found.shape == (*values.shape[:2], 3) and np.abs(found.astype(int) - seen(values)).max() <= 1


@pytest.mark.parametrize("kind", ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"])
@pytest.mark.parametrize("bands", [5, 13])
def test_the_first_three_of_many_bands_are_red_green_and_blue(kind: str, bands: int) -> None:
    values = numbers(kind, bands)
    assert alike(written(values), values)


@pytest.mark.parametrize(("kind", "bands"), [("f8", 1), ("f2", 1), ("u8", 1), ("f8", 2), ("f4", 3), ("f8", 4)])
def test_few_bands_of_numbers_that_pillow_does_not_read(kind: str, bands: int) -> None:
    values = numbers(kind, bands)
    assert alike(written(values), values)


@pytest.mark.parametrize("kind", ["u1", "u2", "f8"])
@pytest.mark.parametrize(
    "more",
    [
        {"compression": "zlib"},
        {"rowsperstrip": 5},
        {"tile": (16, 32)},
        {"tile": (16, 16), "compression": "zlib", "planarconfig": "separate"},
        {"planarconfig": "separate", "rowsperstrip": 4},
        {"byteorder": ">"},
        {"byteorder": ">", "compression": "zlib", "tile": (32, 16)},
        {"bigtiff": True, "rowsperstrip": 7},
    ],
    ids=lambda more: " ".join(map(str, more.values())),
)
def test_every_way_to_lay_numbers_out_gives_the_same_pixels(kind: str, more: dict[str, object]) -> None:
    values = numbers(kind)
    assert alike(written(values, **more), values)


@pytest.mark.parametrize("kind", ["u1", "u2", "i4"])
@pytest.mark.parametrize("tile", [None, (16, 16)])
@pytest.mark.parametrize("order", ["<", ">"])
def test_differences_are_added_up(kind: str, tile: tuple[int, int] | None, order: str) -> None:
    values = numbers(kind)
    assert alike(written(values, compression="zlib", predictor=2, tile=tile, byteorder=order), values)


PACKED = [  # by tifffile with imagecodecs: LZW and differences; LZW, differences of bytes sorted by their weight, and tiles
    (
        "u2",
        "c-r&y)MDUZU|`^9U|?inU<9%_ftV4>2FWlnGBdCO=|e!w3}l1EL3}nS8-"
        "xX+>OTOnD3Tg6By+@}>~%ma#mEX~p8;ZNDEkT!%OIJlfyB0jvYCK52*_pu(svjjKmZP5s$m!#XaM2@1`7sJ26hG}ix@LW{&trnL5nG2n&Mqu@gG+_$^9>((7"
        "?&SRKc)@LGS3&z|NF4jIuM_pI*Ar#KF+Xpu)gez*LoP-{zCN*^5<7;V^?y1Fryc0>k~D<I7CEmP)M^=w)hP6kteTkZ0gr_04L{wpO`mlMb*dFs1;-"
        "B;QQ8w#ho}>c$|Hz;c1ni6JEBg{h9}eO}kJ2B`+N8;nO7N{-}h*0Bp`)$ez3006giKcN",
    ),
    (
        "f4",
        "c-r&y)MDUZU|<krU|?inU<9%_ftV4>2FWlnGBdCO>03a|3}l1EL3}nS8-"
        "zuX#HAQn!R#kMEDdG90b&^>^%_WQTPT|uh@GJJ3IMS)659pF1`@7Nwh<EpLl96e3y}Q<h=ZZ-"
        "{KEhN3UCOs35H>S84eMkfq{cXLXm@ov4ue~U`LFSEKi5i{q-"
        "*v|KjI}U%%M<MNgTnJc9)fS385jgeNiT0_@6)5fj{I2zDqhoUy@6d5&LtaI4h;BQM)l7M`OGjyEnusi}zUN;RA7zak_n)M{y%gwvWZ#R)HbjnqZzj~+1maVK"
        "l7oTG~HsiRkpCD_aGxCZZD^1$ny@H9cq1I~g0Z8lQfEw2kXGSqmO*8JF$W-i-*!o8!?X0F-"
        "3e;W=zzIs|lw|f5hCk_r18e(iqcS+oB4mPqm@gYt_z}?v}VQQ;vFYBVr%Z-"
        "~ZrEWB`u~QfCop>rW(f`EiAM7#x&$Vx{zGj}_r7?~B^F*f>5oaqE*4{499}kkWqC1W-"
        "o;VSva>Z}X$uEaoMXx>nS0BIsi4jNBE{@kr)+?<!CA4XAPlJPt1p5I4E=krz30vN#4-"
        "2+)Ec}os!K&X?q9nbrV4s@+`@@DHfp(@pZv6ajV#SZ~L~UBD7$D^kx9NqkDWlHP*Gk?ZtrHv4)s!SEq*@Q!*vt`C5&R~{yV59Ns%mG^9fj6|3@S|Wg*|)q&+"
        "ts1v~<&pEleH9&U{{RqOoCyi9oARRMq?yT9OH#{LKXiG;O_`p6rr3RyiSIdN41q^D#b;wpODL#@38JFPYRXNU;7^QtN8Eal~ZZ=|f-"
        "k>7QX{Ii#kfP$kX!xo4W-R+p7B&K<0+f|1vzuFZ|UE_${!_WIPfwedH^cv};1Ow;X6zA5HAHTCAS+_~wu#Cn%z-kP>{ZT4-hMN9xz(f2$",
    ),
]


@pytest.mark.parametrize(("kind", "packed"), PACKED)
def test_what_is_packed_by_lzw_is_read(kind: str, packed: str) -> None:
    values = (np.arange(8 * 9 * 5).reshape(8, 9, 5) * 7 % 250).astype(kind)
    assert alike(zlib.decompress(base64.b85decode(packed)), values)


def test_what_is_no_number_is_black_and_a_band_of_one_value_too() -> None:
    values = numbers("f8", 5)
    values[3, 5, 0], values[4, 5, 0], values[5, 5, 0], values[:, :, 1], values[:, :, 2] = np.nan, np.inf, -np.inf, 7, np.nan
    found = whole_picture(written(values), 37)
    assert found[3:6, 5, 0].tolist() == [0, 255, 0] and not found[:, :, 1:].any() and found[:, :, 0].max() == 255


def test_the_largest_floats_are_scaled_without_overflow() -> None:
    values = numbers("f8", 5)
    values[0, 0], values[0, 1] = -1.7e308, 1.7e308
    assert whole_picture(written(values), 37)[0, :3, 1].tolist() == [0, 255, 128]


def test_floats_without_a_number_are_refused() -> None:
    with pytest.raises(Unreadable, match="holds no finite number"):
        whole_picture(written(np.full((9, 9, 5), np.nan)), 16)


def test_many_bands_are_turned_upright() -> None:
    values = numbers("u2")
    data = written(values, extratags=[(274, 3, 1, 6, True)])
    assert np.array_equal(whole_picture(data, 37), np.rot90(whole_picture(written(values), 37), 3))


# bounds


@pytest.mark.parametrize("kind", ["c8", "c16"])
def test_kinds_of_tiff_that_nothing_here_reads_say_what_to_do(kind: str) -> None:
    with pytest.raises(Unreadable, match="is a TIFF of a kind that isn't read here: save it as PNG, or as TIFF with 8 or 16 bits"):
        whole_picture(written(np.zeros((9, 9, 5), kind)), 16)


@pytest.mark.parametrize(("photometric", "bands"), [("miniswhite", 1), ("separated", 5), ("cfa", 1)])
def test_inks_and_patterns_of_a_sensor_are_not_taken_for_brightness(photometric: str, bands: int) -> None:
    with pytest.raises(Unreadable, match="is a TIFF of a kind that isn't read here"):
        whole_picture(written(numbers("f8", bands), photometric=photometric), 16)


@pytest.mark.parametrize("bands", [1, 5])
def test_large_tiffs_with_the_heavy_byte_first_say_what_to_do(bands: int) -> None:
    with pytest.raises(Unreadable, match="is a TIFF of a kind that isn't read here"):
        whole_picture(written(numbers("u1", bands), bigtiff=True, byteorder=">"), 16)


def test_many_large_bands_are_refused_from_the_header() -> None:
    data = saying(written(np.zeros((9, 9, 13), "u2")), width=9_000, height=9_000)
    with pytest.raises(Unreadable, match=r"unpacks to [\d,]+ MB \(13 bands of 16 bits\); up to 400 MB are read"):
        square(data, 16)


def test_strips_that_overlap_cannot_make_a_small_file_large() -> None:
    values = numbers("u1", 5, (200, 20))
    data = bytearray(written(values, rowsperstrip=1))
    tags = tifffile.TiffFile(io.BytesIO(bytes(data))).pages[0].tags
    for tag, number in ((273, 8), (279, len(data) - 8)):
        form = "<H" if tags[tag].dtype == 3 else "<I"
        for k in range(200):
            struct.pack_into(form, data, tags[tag].valueoffset + k * struct.calcsize(form), number)
    with pytest.raises(Unreadable, match="begins like a TIFF but is cut short or damaged"):
        square(bytes(data), 16)


@pytest.mark.parametrize(("side", "bands"), [(12_288, 1), (65_520, 1), (12_288, 5)])
def test_a_tile_much_larger_than_its_picture_is_refused(side: int, bands: int) -> None:
    image = tiled(16) if bands == 1 else written(numbers("u1", bands, (8, 8)), tile=(16, 16))
    with pytest.raises(Unreadable, match=r"has tiles of [\d,]+ megapixels; up to 100 are read|unpacks to [\d,]+ MB"):
        square(saying(image, tile_width=side, tile_height=side), 8)


def test_a_tile_takes_room_beside_its_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    taken = Room.taken
    monkeypatch.setattr(Room, "taken", lambda self, size: asked.append(size) or taken(self, size))
    square(tiled(512), 8)
    assert asked == [8 * 8 + 512 * 512]


def tiled(side: int) -> bytes:
    """8 × 8 pixels in one tile."""
    return written(numbers("u1", 1, (8, 8)), tile=(side, side), compression="zlib")


def saying(data: bytes, **tags: int) -> bytes:
    """The same file, whose header says another width or height of the picture or its tile."""
    changed = bytearray(data)
    for name, value in tags.items():
        number = getattr(tiff_header, name.upper())
        place = max(data.find(struct.pack("<HHI", number, kind, 1)) for kind in (3, 4))
        assert place > 0
        struct.pack_into("<H", changed, place + 8, value)
    return bytes(changed)


FILES = {
    "plain": written(numbers("u2")),
    "packed": written(numbers("f8"), compression="zlib", tile=(16, 16)),
    "apart": written(numbers("u1", 13), planarconfig="separate", rowsperstrip=4),
    "differences": written(numbers("u4"), compression="zlib", predictor=2, byteorder=">"),
}


def read_or_refused(data: bytes) -> None:
    try:
        assert whole_picture(data, 24).shape[2] == 3
    except Unreadable as error:
        assert str(error).split()[0] in ("is", "ends", "has", "holds", "begins", "unpacks")


@pytest.mark.parametrize("form", FILES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_cut_or_changed_anywhere_is_read_or_unreadable(form: str, data: st.DataObject) -> None:
    changed = bytearray(FILES[form])
    for _ in range(data.draw(st.integers(0, 4))):
        at_header = data.draw(st.booleans())
        place = data.draw(st.integers(max(0, len(changed) - 400), len(changed) - 1) if not at_header else st.integers(0, 399))
        changed[place] = data.draw(st.integers(0, 255))
    read_or_refused(bytes(changed[: data.draw(st.sampled_from([len(changed), len(changed), data.draw(st.integers(0, len(changed)))]))]))
