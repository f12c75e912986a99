"""Watch lists for tests, all of invented people."""

from collections.abc import Sequence

INDIVIDUAL = """
<INDIVIDUAL><DATAID>{id}</DATAID><VERSIONNUM>1</VERSIONNUM><FIRST_NAME>{first}</FIRST_NAME><SECOND_NAME>{second}</SECOND_NAME>
<UN_LIST_TYPE>Invented</UN_LIST_TYPE><REFERENCE_NUMBER>QDi.{id}</REFERENCE_NUMBER><LISTED_ON>2014-05-01</LISTED_ON>
<COMMENTS1>Pakistani national identity card 42201-0397640-8.</COMMENTS1><NATIONALITY><VALUE>Pakistan</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>{alias}</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1964-03-02</DATE></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE>
<FROM_YEAR>1962</FROM_YEAR><TO_YEAR>1965</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>National Identification Number</TYPE_OF_DOCUMENT>
<NUMBER>{cnic}</NUMBER></INDIVIDUAL_DOCUMENT>
</INDIVIDUAL>"""
ENTITY = """
<ENTITY><DATAID>900</DATAID><FIRST_NAME>Al Hilal Welfare Trust</FIRST_NAME><REFERENCE_NUMBER>QDe.900</REFERENCE_NUMBER>
<ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>Hilal Relief</ALIAS_NAME></ENTITY_ALIAS></ENTITY>"""


def un(*people: Sequence[str], dated: str = "2025-09-01", entities: str = ENTITY) -> bytes:
    """The UN's form: (id, first, second, alias, CNIC) each."""
    rows = "".join(
        INDIVIDUAL.format(id=id, first=first, second=second, alias=alias, cnic=cnic)
        for id, first, second, alias, cnic in people
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><CONSOLIDATED_LIST dateGenerated="{dated}T22:00:05.123Z">'
        f"<INDIVIDUALS>{rows}</INDIVIDUALS><ENTITIES>{entities}</ENTITIES></CONSOLIDATED_LIST>"
    ).encode()


def csv(*rows: str, header: str = "reference,kind,name,aliases,born,documents,nationality,listed_on,remarks") -> bytes:
    return "\n".join((header, *rows)).encode()


FAZAL = ("101", "Fazal", "Rehman Sodagar", "Fazl ur Rahman", "42201-0397640-8")
BILAL = ("102", "Bilal", "Jamote", "Bilaal Jamoot", "90001-1234567-1")
