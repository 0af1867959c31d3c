"""Spin systems read from NMReDATA, GISSMO and NMR-STAR; records beside their data sets."""

import numpy as np
import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io.known_data_sets import known_data_sets
from nmrquanv.io.spin_system_files import read_spin_system

# Isopropyl chloride, CH3-CHCl-CH3, with both CH3 under one label; and ethanol's CH2 with two.
RECORD = """
  ours

  4  3  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 C   0  0
    0.0000    0.0000    0.0000 C   0  0
    0.0000    0.0000    0.0000 C   0  0
    0.0000    0.0000    0.0000 Cl  0  0
  1  2  1  0
  2  3  1  0
  2  4  1  0
M  END
> <NMREDATA_VERSION>
1.1\\

> <NMREDATA_ASSIGNMENT>
Me, 1.55, H1, H3\\
CH, 4.20, H2\\;a comment
2, 53.9, 2\\

> <NMREDATA_J>
Me, CH, 6.50\\;found by hand

> <NMREDATA_1D_1H>
Larmor=500.13\\
Spectrum_Location=file:{place}\\
1.55, S=d, L=Me, J=6.50\\
4.20, S=hept, L=CH, J=6.50\\

$$$$
"""

GISSMO = """<?xml version="1.0"?>
<spin_simulation><field_strength>500</field_strength>
<coupling_matrix><label>whole</label><lw>0.9</lw>
<spin_names><spin index="1" name="24"/><spin index="2" name="25"/></spin_names>
<chemical_shifts_ppm><cs index="1" ppm="3.10"/><cs index="2" ppm="2.95"/></chemical_shifts_ppm>
<couplings_Hz><coupling from_index="1" to_index="2" value="-17.2"/></couplings_Hz>
</coupling_matrix></spin_simulation>
"""

STAR = """data_ours
save_shifts
   _Assigned_chem_shift_list.Sf_category  assigned_chemical_shifts
   loop_
      _Atom_chem_shift.ID
      _Atom_chem_shift.Atom_ID
      _Atom_chem_shift.Atom_type
      _Atom_chem_shift.Val
      1 HA H 4.10
      2 HB H 1.32
      3 CA C 52.0
   stop_
save_
save_couplings
   _Coupling_constant_list.Sf_category  coupling_constants
   loop_
      _Coupling_constant.ID
      _Coupling_constant.Atom_ID_1
      _Coupling_constant.Atom_ID_2
      _Coupling_constant.Val
      1 HA HB 7.1
   stop_
save_
"""


def written(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_an_nmredata_record_tells_protons_by_its_structure(tmp_path):
    found = read_spin_system(written(tmp_path, "a.nmredata.sdf", RECORD))
    assert found.names == ("Me", "CH")
    assert list(found.count) == [6, 1]
    np.testing.assert_allclose(found.shift_ppm, [1.55, 4.20])
    np.testing.assert_allclose(found.coupling_hz, [[0, 6.5], [6.5, 0]])
    _, septet = found.signals(500.13)
    assert len(septet.offset_hz) == 7


def test_two_labels_of_one_group_share_its_protons(tmp_path):
    text = RECORD.replace("Me, 1.55, H1, H3\\", "Ha, 1.55, H1\\\nHb, 1.65, H1\\\nHc, 1.75, H1\\")
    assert list(read_spin_system(written(tmp_path, "a.sdf", text)).count) == [1, 1, 1, 1]


def test_gissmo_and_star_give_shifts_and_couplings(tmp_path):
    pair = read_spin_system(written(tmp_path, "a.xml", GISSMO))
    np.testing.assert_allclose(pair.shift_ppm, [3.10, 2.95])
    assert pair.coupling_hz[0, 1] == -17.2
    star = read_spin_system(written(tmp_path, "a.str", STAR))
    assert star.names == ("HA", "HB")
    assert star.coupling_hz[1, 0] == 7.1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.sdf", RECORD.replace("ASSIGNMENT", "OTHER")),
        ("a.sdf", RECORD.replace("1.55, H1", "x, H1")),
        ("a.sdf", RECORD.replace("V2000", "V3000")),
        ("a.xml", GISSMO.replace("coupling_matrix", "matrix")),
        ("a.xml", GISSMO.replace("<?xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><?xml")),
        ("a.xml", GISSMO[:120]),
        ("a.xml", GISSMO.replace('ppm="3.10"', 'ppm="nan"')),
        ("a.str", STAR.replace("stop_", "")),
        ("a.str", "data_empty\n"),
        ("a.txt", ""),
    ],
)
def test_damage_is_told_with_the_files_name(tmp_path, name, text):
    path = written(tmp_path, name, text)
    with pytest.raises(FormatError, match=name.replace(".", r"\.")):
        read_spin_system(path)


def test_a_record_leads_to_the_data_set_beside_it(tmp_path, examples):
    place = examples / "bruker_1h_menthol"
    (tmp_path / "m").symlink_to(place, target_is_directory=True)
    written(tmp_path, "menthol.nmredata.sdf", RECORD.replace("{place}", "m/10/pdata/1/"))
    (known,) = known_data_sets(tmp_path)
    assert known.sample.endswith("menthol")
    assert [len(s.offset_hz) for s in known.signals("1H", 500.13)] == [2, 7]
    with pytest.raises(FormatError, match="no signal of 13C"):
        known.signals("13C", 125.0)


def test_a_record_without_couplings_gives_its_multiplets(tmp_path, examples):
    (tmp_path / "m").symlink_to(examples / "bruker_1h_menthol", target_is_directory=True)
    text = RECORD.replace("Me, CH, 6.50\\;found by hand", "")
    written(tmp_path, "a.sdf", text.replace("{place}", "m/10/pdata/1/"))
    (known,) = known_data_sets(tmp_path)
    assert [len(s.offset_hz) for s in known.signals("1H", 500.13)] == [2]


@pytest.mark.parametrize("place", ["../m/10/pdata/1/", "/etc/", "nowhere/1/"])
def test_a_record_that_leads_elsewhere_leads_nowhere(tmp_path, place):
    written(tmp_path, "a.sdf", RECORD.replace("{place}", place))
    assert known_data_sets(tmp_path) == []
