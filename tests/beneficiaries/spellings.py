"""2,000 labelled variations of invented people: the same person written otherwise, and another person written alike.

Half of the art is in the negatives: brothers and sisters, cousins of one name, grandsons named after grandfathers, names
a letter apart. None of them has a CNIC, because with two CNICs nothing is left to score.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from beneficiaries.people.likeness import Particulars

SEED = 20251129
PEOPLE, SAME, DIFFERENT = 1000, 1200, 800
PROVINCES, DISTRICTS = 4, 40  # a district belongs to the province of its number over ten

# Each name as papers spell it; the last spelling is Urdu.
MEN = """
Aslam Islam:اسلم|Akram Akrem:اکرم|Bashir Basheer Bashar:بشیر|Nazir Nazeer:نذیر|Hassan Hasan:حسن|Hussain Husain Hussein:حسین
Yaqub Yaqoob Yakoob:یعقوب|Yousaf Yusuf Yousuf:یوسف|Younis Younas Yunus:یونس|Rashid Rasheed:رشید|Rafiq Rafique Rafeeq:رفیق
Shafiq Shafeeq Shafique:شفیق|Tariq Tarique Tareq:طارق|Sadiq Saddique Sadique:صادق|Naeem Nayeem Naim:نعیم|Saleem Salim:سلیم
Waseem Wasim:وسیم|Naseer Nasir:نصیر|Zahid Zahed:زاہد|Shahid Shaheed:شاہد|Khalid Khaled:خالد|Javed Javaid Jawaid:جاوید
Iqbal Eqbal:اقبال|Ismail Ismaeel:اسماعیل|Ibrahim Ebrahim:ابراہیم|Mahmood Mehmood Mahmud:محمود|Mansoor Mansur:منصور
Maqsood Maqsud:مقصود|Ashraf Ashrif:اشرف|Anwar Anwer Anver:انور|Akbar Akber:اکبر|Asghar Asgher:اصغر|Ghulam Gulam:غلام
Gulzar Gulzaar:گلزار|Liaqat Liaquat Liyaqat:لیاقت|Riaz Riyaz:ریاض|Fayaz Fayyaz:فیاض|Nawaz Nawaaz:نواز|Sarfraz Sarfaraz:سرفراز
Manzoor Manzur:منظور|Mushtaq Mushtaque:مشتاق|Ishaq Ishaque:اسحاق|Rehmat Rahmat:رحمت|Barkat Barkut:برکت|Sher Shair:شیر
Dilawar Dilawer:دلاور|Murad Muraad:مراد|Qasim Qaasim Kasim:قاسم|Umar Omar Umer:عمر|Usman Osman:عثمان|Bilal Belal:بلال
Hamza Hamzah:حمزہ|Zubair Zubayr Zobair:زبیر|Imran Emran:عمران|Kamran Kamraan:کامران|Farooq Faruq Farooque:فاروق
"""
WOMEN = """
Zainab Zaynab Zeinab:زینب|Fatima Fatimah Fatema:فاطمہ|Aisha Ayesha Aysha:عائشہ|Khadija Khadeeja:خدیجہ|Amna Aamna:آمنہ
Rukhsana Ruksana:رخسانہ|Shabana Shabaana:شبانہ|Nasreen Nasrin:نسرین|Kalsoom Kulsoom Kulsum:کلثوم|Parveen Perveen Parvin:پروین
Shamim Shameem:شمیم|Samina Sameena:ثمینہ|Saima Saimah:صائمہ|Tahira Tahirah:طاہرہ|Ghazala Gazala:غزالہ|Bushra Bushrah:بشریٰ
Jamila Jameela:جمیلہ|Khursheed Khurshid:خورشید|Lubna Lubnah:لبنیٰ|Naseem Nasim:نسیم|Sajida Sajidah:ساجدہ|Sughra Sugra:صغریٰ
Tasleem Taslim:تسلیم|Uzma Uzmah:عظمیٰ|Zubaida Zubeda Zobaida:زبیدہ|Nusrat Nusrut:نصرت|Shehnaz Shahnaz:شہناز
Farzana Farzanah:فرزانہ|Sakina Sakeena:سکینہ|Razia Raziya:رضیہ|Rabia Rabiya:رابعہ|Hajra Hajira:ہاجرہ|Mumtaz Mumtaaz:ممتاز
Nargis Nergis:نرگس|Robina Rubina:روبینہ|Yasmeen Yasmin:یاسمین|Salma Salmah:سلمیٰ|Maryam Mariam Marium:مریم|Safia Safiya:صفیہ
"""
TRIBES = [
    "Awan", "Gondal", "Cheema", "Mughal", "Soomro", "Chandio", "Khattak", "Marwat", "Wazir",
    "Achakzai", "Baloch", "Solangi", "Memon", "Arain", "Bangash", "Swati", "Janjua", "Khokhar", "Sial", "Dogar",
]  # fmt: skip
SECOND = {"Ahmed": ("Ahmad",), "Ali": ("Aly",), "Khan": ("Khaan",), "Hussain": ("Husain",), "Shah": ("Shaah",)}
URDU = {
    "Ahmed": "احمد", "Ali": "علی", "Khan": "خان", "Shah": "شاہ", "Hussain": "حسین", "Bibi": "بی بی", "Begum": "بیگم",
    "Muhammad": "محمد", "Awan": "اعوان", "Gondal": "گوندل", "Cheema": "چیمہ", "Mughal": "مغل", "Soomro": "سومرو",
    "Chandio": "چانڈیو", "Khattak": "خٹک", "Marwat": "مروت", "Wazir": "وزیر", "Achakzai": "اچکزئی", "Baloch": "بلوچ",
    "Solangi": "سولنگی", "Memon": "میمن", "Arain": "آرائیں", "Bangash": "بنگش", "Swati": "سواتی", "Janjua": "جنجوعہ",
    "Khokhar": "کھوکھر", "Sial": "سیال", "Dogar": "ڈوگر",
}  # fmt: skip
SPELLED = {"Muhammad": ("Mohammad", "Mohd", "Mohammed", "Muhammed", "M."), **SECOND}


def _table(text: str) -> list[str]:
    names = []
    for entry in text.replace("\n", "|").split("|"):
        if entry:
            latin, urdu = entry.split(":")
            first, *others = latin.split()
            SPELLED[first], URDU[first] = tuple(others), urdu
            names.append(first)
    return names


# Written down after the rules of sounds.py were made and not looked at while making them.
HELD_OUT_MEN = """
Abdullah Abdulla:عبداللہ|Sajjad Sajad:سجاد|Altaf Altaaf:الطاف|Shaukat Shoukat Shawkat:شوکت|Nadeem Nadim:ندیم
Zulfiqar Zulfikar Zulfqar:ذوالفقار|Aurangzeb Orangzaib:اورنگزیب|Jahangir Jehangir Jahangeer:جہانگیر|Muneer Munir:منیر
Ilyas Ilias Elyas:الیاس|Idrees Idris Edrees:ادریس|Haroon Harun:ہارون|Sulaiman Suleman Suleiman:سلیمان|Mukhtar Mukhtiar:مختار
Ijaz Ejaz Aijaz:اعجاز|Ikram Ekram:اکرام|Tufail Tufayl:طفیل|Wajid Wajed:واجد|Yasin Yaseen:یاسین|Sagheer Sagir:صغیر
"""
HELD_OUT_WOMEN = """
Shazia Shaziya:شازیہ|Humaira Humera Humayra:حمیرا|Sumaira Sumera:سمیرا|Kiran Kiren:کرن|Asma Asmaa:اسماء|Iffat Effat:عفت
Haleema Halima:حلیمہ|Rehana Rihana Raihana:ریحانہ|Shaista Shayesta:شائستہ|Bilqees Bilqis:بلقیس|Munaza Munazza:منزہ
Noreen Naureen:نورین|Zahra Zehra:زہرا|Sadia Saadia Sadiya:سعدیہ|Nazia Naziya:نازیہ
"""
HELD_OUT = [*_table(HELD_OUT_MEN), *_table(HELD_OUT_WOMEN)]
# Spread among the others, so that they are common and rare like them.
MAN, WOMAN = (
    random.Random(SEED).sample(names, len(names))
    for names in (_table(MEN) + _table(HELD_OUT_MEN), _table(WOMEN) + _table(HELD_OUT_WOMEN))
)
# Names of other people that are easily taken for each other.
NEIGHBOURS = {
    "Hassan": "Hussain", "Hussain": "Hassan", "Rafiq": "Shafiq", "Shafiq": "Rafiq", "Tariq": "Sadiq", "Sadiq": "Tariq",
    "Aslam": "Akram", "Akram": "Aslam", "Saima": "Samina", "Samina": "Saima", "Naseem": "Nasreen", "Nasreen": "Naseem",
    "Akbar": "Asghar", "Asghar": "Akbar", "Naeem": "Saleem", "Saleem": "Waseem", "Waseem": "Naeem", "Zahid": "Shahid",
    "Shahid": "Khalid", "Riaz": "Fayaz", "Fayaz": "Nawaz", "Mansoor": "Manzoor", "Manzoor": "Mansoor", "Jamila": "Sakina",
    "Tahira": "Sajida", "Rabia": "Razia", "Razia": "Rabia", "Farzana": "Rukhsana", "Shamim": "Naseem", "Salma": "Uzma",
    "Bashir": "Nazir", "Nazir": "Naseer", "Rashid": "Rafiq", "Usman": "Umar", "Imran": "Kamran", "Kamran": "Imran",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variation:
    """What a second office wrote, of whom (`of` is a place among the people), and whether it is that person."""

    given: Particulars
    of: int
    same: bool
    kind: str


class Generator:
    """The same people and variations in every run."""

    def __init__(self, seed: int = SEED) -> None:
        self.chance = random.Random(seed)

    def people(self, number: int = PEOPLE) -> list[Particulars]:
        return [self.person() for _ in range(number)]

    def person(self) -> Particulars:
        chance = self.chance
        gender = chance.choice("MF")
        district = chance.randrange(DISTRICTS)
        return Particulars(
            name=self.woman() if gender == "F" else self.man(),
            relative_name=self.man(),
            gender=gender,
            district=district,
            province=district * PROVINCES // DISTRICTS,
            born_on=date(1950, 1, 1) + timedelta(days=chance.randrange(22_000)) if chance.random() < 0.85 else None,
        )

    def man(self) -> str:
        chance = self.chance
        given = self.common(MAN)
        first = f"Muhammad {given}" if chance.random() < 0.4 else given
        last = chance.choices(["", chance.choice(list(SECOND)), chance.choice(TRIBES)], [2, 4, 4])[0]
        return f"{first} {last}".strip()

    def woman(self) -> str:
        chance = self.chance
        last = chance.choices(["Bibi", "Begum", chance.choice(TRIBES), ""], [5, 2, 2, 1])[0]
        return f"{self.common(WOMAN)} {last}".strip()

    def common(self, names: list[str]) -> str:
        """Some names are far more common than others."""
        return names[int(len(names) * self.chance.random() ** 1.6)]

    def variations(self, people: list[Particulars]) -> list[Variation]:
        same, other = list(SAME_KINDS.items()), list(OTHER_KINDS.items())
        made = []
        for number in range(SAME + DIFFERENT):
            kinds = same if number < SAME else other
            kind, change = kinds[number % len(kinds)]
            while True:  # not every change fits everybody
                of = self.chance.randrange(len(people))
                given = change(self, people[of])
                if given is not None and given != people[of]:
                    break
            made.append(Variation(given, of, number < SAME, kind))
        return made

    def respelled(self, name: str) -> str:
        return " ".join(
            self.chance.choice(SPELLED[word]) if SPELLED.get(word) and self.chance.random() < 0.7 else word
            for word in name.split()
        )

    def slip(self, name: str) -> str:
        """One slip of the pen in the longest word: a letter lost, doubled, swapped or mistaken."""
        words = name.split()
        at = max(range(len(words)), key=lambda place: len(words[place]))
        word = words[at]
        place = self.chance.randrange(1, len(word) - 1)
        words[at] = self.chance.choice(
            (
                word[:place] + word[place + 1 :],
                word[:place] + word[place] * 2 + word[place + 1 :],
                word[:place] + word[place + 1] + word[place] + word[place + 2 :],
                word[:place] + self.chance.choice("aeiourstlmn") + word[place + 1 :],
            )
        )
        return " ".join(words)

    def aged(self, born_on: date | None, least: int, most: int) -> date | None:
        if born_on is None:
            return None
        years = self.chance.randint(least, most) * self.chance.choice((-1, 1))
        return born_on + timedelta(days=round(years * 365.25) + self.chance.randrange(-60, 60))


def urdu(name: str) -> str:
    return " ".join(URDU[word] for word in name.split())


def spelling(make: Generator, of: Particulars) -> Particulars:
    return replace(of, name=make.respelled(of.name), relative_name=make.respelled(of.relative_name))


def spelling_and_age(make: Generator, of: Particulars) -> Particulars:
    return replace(spelling(make, of), born_on=make.aged(of.born_on, 1, 3))


def honorific(make: Generator, of: Particulars) -> Particulars:
    title = "Mst." if of.gender == "F" else make.chance.choice(("Haji", "Mr.", "Dr."))
    return replace(of, name=f"{title} {of.name}", relative_name=f"{of.relative_name} (late)")


def light_words(make: Generator, of: Particulars) -> Particulars | None:
    """Bibi, Begum and Muhammad come and go."""
    words = of.name.split()
    kept = [word for word in words if word not in ("Bibi", "Begum", "Muhammad")]
    name = (
        " ".join(kept) if len(kept) < len(words) else f"{of.name} Bibi" if of.gender == "F" else f"Muhammad {of.name}"
    )
    return replace(of, name=make.respelled(name), relative_name=make.respelled(of.relative_name))


def tribe(make: Generator, of: Particulars) -> Particulars | None:
    """The tribe is on one paper and not on the other."""
    words = of.name.split()
    if words[-1] in TRIBES and len(words) > 1:
        return replace(of, name=" ".join(words[:-1]))
    relative = of.relative_name.split()
    if relative[-1] in TRIBES and len(relative) > 1:
        return replace(of, relative_name=" ".join(relative[:-1]))
    return None


def swapped(make: Generator, of: Particulars) -> Particulars | None:
    words = of.name.split()
    return replace(of, name=" ".join(reversed(words))) if len(words) > 1 else None


def slip_in_name(make: Generator, of: Particulars) -> Particulars:
    return replace(of, name=make.slip(of.name), born_on=make.aged(of.born_on, 0, 2))


def slip_in_relative(make: Generator, of: Particulars) -> Particulars:
    return replace(of, relative_name=make.slip(of.relative_name), born_on=make.aged(of.born_on, 0, 2))


def joined(make: Generator, of: Particulars) -> Particulars | None:
    words = of.relative_name.split()
    return replace(of, relative_name="".join(words[:2]).title()) if len(words) == 2 else None


def in_urdu(make: Generator, of: Particulars) -> Particulars:
    return replace(of, name=urdu(of.name), relative_name=urdu(of.relative_name))


def beside_urdu(make: Generator, of: Particulars) -> Particulars:
    return replace(of, name=make.slip(make.respelled(of.name)), name_urdu=urdu(of.name))


def guessed_age(make: Generator, of: Particulars) -> Particulars | None:
    return replace(of, born_on=make.aged(of.born_on, 2, 4)) if of.born_on else None


def no_age(make: Generator, of: Particulars) -> Particulars:
    return replace(spelling(make, of), born_on=None)


def moved(make: Generator, of: Particulars) -> Particulars | None:
    if of.born_on is None:
        return None
    district = (of.district or 0) // 10 * 10 + make.chance.randrange(10)
    return replace(spelling(make, of), district=district)


def sibling(make: Generator, of: Particulars) -> Particulars:
    name = make.woman() if of.gender == "F" else make.man()
    while name.split()[0] == of.name.split()[0] or set(name.split()) & set(of.name.split()) - {"Bibi", "Begum"}:
        name = make.woman() if of.gender == "F" else make.man()
    return replace(of, name=name, born_on=make.aged(of.born_on, 1, 12))


def neighbour(make: Generator, of: Particulars) -> Particulars | None:
    """A brother or sister whose name is easily taken for this one."""
    words = [NEIGHBOURS.get(word, word) for word in of.name.split()]
    return replace(of, name=" ".join(words), born_on=make.aged(of.born_on, 1, 6)) if words != of.name.split() else None


def cousin(make: Generator, of: Particulars) -> Particulars:
    """The same name in the same district, about the same age, another father."""
    father = make.man()
    while set(father.split()) & set(of.relative_name.split()) - {"Muhammad"}:
        father = make.man()
    return replace(of, relative_name=father, born_on=make.aged(of.born_on, 0, 4))


def fathers_brother(make: Generator, of: Particulars) -> Particulars | None:
    """Another father who shares the tribe or the second name with the first."""
    words = of.relative_name.split()
    if len(words) < 2 or words[0] == "Muhammad":
        return None
    given = make.chance.choice([name for name in MAN if name != words[0]])
    return replace(of, relative_name=" ".join([given, *words[1:]]), born_on=make.aged(of.born_on, 0, 4))


def grandson(make: Generator, of: Particulars) -> Particulars | None:
    """Named like the grandfather, whose father has the same name too."""
    return replace(of, born_on=make.aged(of.born_on, 14, 45)) if of.born_on else None


def namesake_nearby(make: Generator, of: Particulars) -> Particulars | None:
    """Common names meet: another man or woman of the district with both names, some years older or younger."""
    return replace(of, born_on=make.aged(of.born_on, 5, 13)) if of.born_on else None


def twin(make: Generator, of: Particulars) -> Particulars:
    """Born on the same day to the same father, with another name."""
    return replace(sibling(make, of), born_on=of.born_on)


def father_and_son(make: Generator, of: Particulars) -> Particulars | None:
    """Each named like the other's father."""
    if of.gender == "F":
        return None
    return replace(of, name=of.relative_name, relative_name=of.name, born_on=make.aged(of.born_on, 18, 40))


def namesake(make: Generator, of: Particulars) -> Particulars | None:
    """The given name and the father's in another province, with other tribes, of another age."""
    if of.born_on is None:
        return None
    district = ((of.district or 0) + 10 + make.chance.randrange(20)) % DISTRICTS
    father = f"{of.relative_name.split()[0]} {make.chance.choice(TRIBES)}"
    name = f"{of.name.split()[0]} {make.chance.choice(TRIBES)}"
    province = district * PROVINCES // DISTRICTS
    return replace(of, name=name, relative_name=father, district=district, province=province,
                   born_on=make.aged(of.born_on, 4, 12))  # fmt: skip


def second_name(make: Generator, of: Particulars) -> Particulars | None:
    """Of two brothers only the second names are alike: Bashir Ahmed, Nazir Ahmed."""
    words = of.name.split()
    if of.gender == "F" or len(words) < 2:
        return None
    given = make.chance.choice([name for name in MAN if name not in words])
    return replace(of, name=" ".join([given, *words[1:]]), born_on=make.aged(of.born_on, 1, 8))


Change = Callable[[Generator, Particulars], Particulars | None]
SAME_KINDS: dict[str, Change] = {
    change.__name__: change
    for change in (
        spelling, spelling_and_age, honorific, light_words, tribe, swapped, slip_in_name, slip_in_relative, joined,
        in_urdu, beside_urdu, guessed_age, no_age, moved,
    )
}  # fmt: skip
OTHER_KINDS: dict[str, Change] = {
    change.__name__: change
    for change in (
        sibling,
        neighbour,
        cousin,
        fathers_brother,
        grandson,
        namesake,
        namesake_nearby,
        second_name,
        twin,
        father_and_son,
    )
}
