"""The yearly work as guided changes: mergers, municipalities that move, regions that start, stop or are called anew."""

from datetime import date
from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import get_text_list, slugify

from igs.models import Colour, Consultant, Municipality, Province, Region, RegionName
from igs.models.merging import NewMunicipality, merge, stop
from igs.models.municipality import five_digits
from optil_portal.records.clock import today
from optil_portal.records.guided.forms import SourcedGuide

NOWHERE = "geen"
SHOWN = 3


def day_field(label: str, help_text: str) -> forms.DateField:
    """The question for a day."""
    return forms.DateField(label=label, help_text=help_text, widget=forms.DateInput(attrs={"placeholder": "1/1/2027"}))


class MunicipalitiesField(forms.CharField):
    """Municipalities, each on a line of its own, by name or NIS code."""

    def __init__(self, **kwargs: Any) -> None:
        """As any text, of some lines."""
        help_text = "Eén per regel: de naam of de NIS-code."
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **{"help_text": help_text} | kwargs)

    def clean(self, value: Any) -> list[Municipality]:
        """The municipalities, each once."""
        lines = dict.fromkeys(line.strip() for line in super().clean(value).splitlines() if line.strip())
        every = list(Municipality.objects.all())
        known = {one.nis_code: one for one in every} | {one.name.casefold(): one for one in every}
        if errors := [unknown(line, known) for line in lines if line.casefold() not in known]:
            raise ValidationError(errors)
        return list(dict.fromkeys(known[line.casefold()] for line in lines))


def unknown(line: str, known: dict[str, Municipality]) -> str:
    """What is wrong with a line that names no municipality."""
    near = get_close_matches(line.casefold(), known, n=1)
    hint = f"Bedoel je ‘{known[near[0]].name}’?" if near else "Kijk de naam na, of geef de NIS-code."
    return f"‘{line}’ is geen gemeente van vandaag. {hint}"


class RegionChoiceField(forms.TypedChoiceField):
    """A region, or in so many words none."""

    def __init__(self, **kwargs: Any) -> None:
        """The choices are looked up each time, by `offer`."""
        super().__init__(coerce=chosen_region, empty_value=None, **kwargs)

    def offer(self, regions: Any) -> None:
        """Have somebody choose from some regions."""
        self.choices = [("", "Kies…"), (NOWHERE, "In geen IGS"), *((str(one.pk), one.name) for one in regions)]


def chosen_region(value: str) -> Region | None:
    """The region of a choice, None for the choice of none."""
    return None if value == NOWHERE else Region.objects.get(pk=value)


def named(records: list[Any]) -> str:
    """Some records in a sentence, the first few by name."""
    more = [f"nog {len(records) - SHOWN}"] if len(records) > SHOWN else []
    return get_text_list([*map(str, records[:SHOWN]), *more], "en")


def no_later_than_today(day: date) -> date:
    """A day that has come; raises ValidationError for another: a list of today cannot hold it."""
    if day > today():
        raise ValidationError("Deze dag moet nog komen. Voer dit in op de dag zelf of later, met deze dag erbij.")
    return day


class GuideOfMunicipalities(SourcedGuide):
    """What happens to some municipalities, after which they are in a region or in none."""

    municipalities = MunicipalitiesField(label="Gemeenten")
    region = RegionChoiceField(label="Naar welke regio")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the regions that the user takes care of."""
        super().__init__(*args, **kwargs)
        self.fields["region"].offer(Region.objects.editable_by(self.user))  # type: ignore[attr-defined]

    @classmethod
    def about(cls, record: models.Model) -> dict[str, Any]:
        """The municipality."""
        return {"municipalities": str(record)}


class Move(GuideOfMunicipalities):
    """Municipalities that join a region, leave one, or go from one to another."""

    name = "move"
    path = "verhuizen"
    title = "Gemeenten treden toe, uit of over"
    link = "Toetreden, uittreden of van regio veranderen"
    explanation = (
        "Het lidmaatschap van voordien krijgt een einde en blijft bewaard; het nieuwe begint op de dag die je geeft."
    )
    permissions = ("igs.add_membership", "igs.change_membership")

    day = day_field("Vanaf", "De eerste dag in de nieuwe regio, of de eerste dag waarop ze geen lid meer zijn.")
    field_order = ("municipalities", "region", "day")

    def told(self) -> str:
        """Who goes where."""
        where = self.cleaned_data["region"] or "geen regio"
        return f"{named(self.cleaned_data['municipalities'])} naar {where} op {self.cleaned_data['day']:%d/%m/%Y}"

    def carry_out(self) -> None:
        """Close the memberships, and open the new ones."""
        for municipality in self.cleaned_data["municipalities"]:
            municipality.move(self.cleaned_data["region"], self.cleaned_data["day"], self.source)


class Merger(GuideOfMunicipalities):
    """Municipalities that merge."""

    name = "merge"
    path = "samenvoegen"
    title = "Gemeenten voegen samen"
    link = "Gemeenten samenvoegen"
    explanation = (
        "De gemeenten die ophouden, worden vroegere gemeenten met hun lidmaatschappen en inwonertallen van toen. "
        "Plaatsen, bibliotheken en projecten gaan naar de nieuwe gemeente."
    )
    permissions = ("igs.change_municipality", "igs.add_formermunicipality")

    municipalities = MunicipalitiesField(
        label="Gemeenten die ophouden",
        help_text="Eén per regel: de naam of de NIS-code. Ook wie de naam houdt maar een nieuwe NIS-code krijgt.",
    )
    into = forms.ModelChoiceField(
        Municipality.objects.all(),
        label="Gaan op in",
        required=False,
        empty_label="een nieuwe gemeente (vul hieronder in)",
        help_text="Een gemeente die blijft bestaan, met dezelfde NIS-code.",
    )
    new_name = forms.CharField(label="Naam van de nieuwe gemeente", max_length=80, required=False)
    nis_code = forms.CharField(label="NIS-code van de nieuwe gemeente", max_length=5, required=False)
    province = forms.ChoiceField(
        label="Provincie van de nieuwe gemeente", choices=[("", "Kies…"), *Province.choices], required=False
    )
    region = RegionChoiceField(label="Regio vanaf die dag")
    day = day_field(
        "Samengevoegd op", "De eerste dag van de nieuwe gemeente. Een golf van samenvoegingen voer je een voor een in."
    )
    field_order = ("municipalities", "into", "new_name", "nis_code", "province", "region", "day")
    NEW = ("new_name", "nis_code", "province")

    def clean_day(self) -> date:
        """A day that has come."""
        return no_later_than_today(self.cleaned_data["day"])

    def clean_nis_code(self) -> str:
        """Five digits, which are of no municipality that stays, and were never of another."""
        code = self.cleaned_data["nis_code"]
        if code:
            five_digits("municipality").validate(Municipality, Municipality(nis_code=code))
            if Municipality.objects.filter(nis_code=code).exists():
                raise ValidationError(
                    "Deze NIS-code is al die van een gemeente. Gaan ze daarin op, kies die dan hierboven."
                )
        return code

    def clean(self) -> dict[str, Any]:
        """One heir, and enough that merges."""
        asked = super().clean() or {}
        ending, into = asked.get("municipalities", []), asked.get("into")
        if into in ending:
            self.add_error("into", "Deze gemeente staat bij die welke ophouden. Kies een andere, of haal ze daar weg.")
        if ending and not into and len(ending) < 2:
            self.add_error("municipalities", "Geef er minstens twee, of kies in welke gemeente deze opgaat.")
        for name in self.NEW:
            if into and asked.get(name):
                self.add_error(name, "Laat dit leeg: ze gaan op in een gemeente die blijft bestaan.")
            if not into and not asked.get(name) and name not in self.errors:
                self.add_error(name, "Vul dit in voor de nieuwe gemeente, of kies hierboven een die blijft bestaan.")
        others = Municipality.objects.exclude(pk__in=[one.pk for one in ending])
        slug = slugify(asked.get("new_name") or "")
        if slug and others.filter(models.Q(name=asked["new_name"]) | models.Q(slug=slug)).exists():
            self.add_error("new_name", "Een andere gemeente heet al zo.")
        return asked

    def told(self) -> str:
        """What merges into what."""
        heir = self.cleaned_data["into"] or self.cleaned_data["new_name"]
        day = self.cleaned_data["day"]
        return f"Samenvoeging van {named(self.cleaned_data['municipalities'])} tot {heir} op {day:%d/%m/%Y}"

    def carry_out(self) -> None:
        """Merge."""
        asked = self.cleaned_data
        heir = asked["into"] or NewMunicipality(asked["new_name"], asked["nis_code"], asked["province"])
        merge(asked["municipalities"], heir, asked["region"], asked["day"], self.source)


class StartRegion(SourcedGuide):
    """A region that starts."""

    name = "start"
    path = "starten"
    title = "Een regio start"
    link = "Een regio starten"
    explanation = "De regio wordt aangemaakt met haar leden; wie elders lid was, is dat vanaf die dag niet meer."
    permissions = ("igs.add_region", "igs.add_membership", "igs.change_membership")

    new_name = forms.CharField(label="Naam", max_length=80)
    day = day_field("Eerste dag", "De eerste dag als erkend IGS.")
    colour = forms.ChoiceField(
        label="Kleur op de kaart", choices=Colour.choices, help_text="Een andere dan die van de regio's ernaast."
    )
    municipalities = MunicipalitiesField(label="Gemeenten")
    consultants = forms.ModelMultipleChoiceField(
        Consultant.objects.all(), label="Consulenten", required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ("new_name", "day", "colour", "municipalities", "consultants")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for consultants only when there are some."""
        super().__init__(*args, **kwargs)
        if not Consultant.objects.exists():
            del self.fields["consultants"]

    def clean_new_name(self) -> str:
        """A name that is of no region, and was of none."""
        return free_name(self.cleaned_data["new_name"])

    def told(self) -> str:
        """What starts."""
        return f"{self.cleaned_data['new_name']} start op {self.cleaned_data['day']:%d/%m/%Y}"

    def carry_out(self) -> None:
        """Make the region, and have its members join it."""
        name, day = self.cleaned_data["new_name"], self.cleaned_data["day"]
        colour = self.cleaned_data["colour"]
        region = Region.objects.create(name=name, slug=slugify(name), first_day=day, colour=colour, **self.source)
        for consultant in self.cleaned_data.get("consultants", []):
            consultant.regions.add(region)
        for municipality in self.cleaned_data["municipalities"]:
            municipality.move(region, day, self.source)


def free_name(name: str, beside: Region | None = None) -> str:
    """A name for a region; raises ValidationError when another one has it, or had."""
    others = Region.objects.exclude(pk__in=[beside.pk] if beside else [])
    if others.filter(models.Q(name=name) | models.Q(slug=slugify(name))).exists():
        raise ValidationError("Een andere regio heet al zo.")
    if RegionName.objects.filter(slug=slugify(name)).exists():
        raise ValidationError("Zo heette een regio vroeger, en die naam leidt nog naar haar. Kies een andere.")
    return name


class GuideOfRegion(SourcedGuide):
    """What happens to one region."""

    region = forms.ModelChoiceField(Region.objects.none(), label="Regio", empty_label="Kies…")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the regions that the user takes care of."""
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.editable_by(self.user)  # type: ignore[attr-defined]

    @classmethod
    def about(cls, record: models.Model) -> dict[str, Any]:
        """The region."""
        return {"region": record.pk}


class StopRegion(GuideOfRegion):
    """A region that stops."""

    name = "stop"
    path = "stoppen"
    title = "Een regio stopt"
    link = "Een regio laten stoppen"
    explanation = "De regio krijgt een laatste dag, en haar lidmaatschappen eindigen de dag erna."
    permissions = ("igs.change_region", "igs.change_membership")

    day = day_field("Laatste dag", "De laatste dag van de werking.")
    field_order = ("region", "day")

    def told(self) -> str:
        """What stops."""
        return f"{self.cleaned_data['region']} stopt na {self.cleaned_data['day']:%d/%m/%Y}"

    def carry_out(self) -> None:
        """Close the region and its memberships."""
        region = Region.objects.get(pk=self.cleaned_data["region"].pk)
        self.cite(region, "laatste dag")
        stop(region, self.cleaned_data["day"])


class RenameRegion(GuideOfRegion):
    """A region with a new name."""

    name = "rename"
    path = "hernoemen"
    title = "Een regio krijgt een nieuwe naam"
    link = "Een regio hernoemen"
    explanation = "De oude naam blijft bewaard als vroegere naam, en het oude adres leidt naar het nieuwe."
    permissions = ("igs.change_region", "igs.add_regionname")

    new_name = forms.CharField(label="Nieuwe naam", max_length=80)
    day = day_field("Vanaf", "De eerste dag met de nieuwe naam.")
    field_order = ("region", "new_name", "day")

    def clean_day(self) -> date:
        """A day that has come."""
        return no_later_than_today(self.cleaned_data["day"])

    def clean(self) -> dict[str, Any]:
        """A name that is of no other region."""
        asked = super().clean() or {}
        try:
            free_name(asked.get("new_name", ""), asked.get("region"))
        except ValidationError as error:
            self.add_error("new_name", error)
        return asked

    def told(self) -> str:
        """What is called what."""
        asked = self.cleaned_data
        return f"{asked['region']} heet {asked['new_name']} vanaf {asked['day']:%d/%m/%Y}"

    def carry_out(self) -> None:
        """Keep the old name, and give the new one."""
        region, name = Region.objects.get(pk=self.cleaned_data["region"].pk), self.cleaned_data["new_name"]
        if region.name == name:
            return
        day = self.cleaned_data["day"]
        slug = f"{region.slug}-{day.year}" if region.slug == slugify(name) else region.slug
        RegionName.objects.create(
            region=region, name=region.name, slug=slug, kind=RegionName.Kind.FORMER, until=day, **self.source
        )
        region.name, region.slug = name, slugify(name)
        self.cite(region, "nieuwe naam")
        region.full_clean()
        region.save()
