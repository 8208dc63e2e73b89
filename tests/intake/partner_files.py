"""Files as partners send them, each with the columns that a person would map. Made up; the shapes are real."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from kpi.intake.known import KnownRecords
from kpi.intake.read import read_table
from kpi.intake.table import FileHints, TextTable


@dataclass(frozen=True)
class PartnerFile:
    """columns: ours -> theirs, as a person who knows the partner would say."""

    name: str
    dataset: str
    text: str
    columns: dict[str, str]
    encoding: str = "utf-8"
    hints: FileHints = field(default_factory=FileHints)

    @property
    def content(self) -> bytes:
        return self.text.encode(self.encoding)

    def table(self) -> TextTable:
        return read_table(self.content, self.name, self.hints)


def register(*pairs: tuple[str, str], batches: tuple[tuple[str, str], ...] = ()) -> KnownRecords:
    """Sites of partners, and their batches."""
    empty = KnownRecords.empty()
    sites = pl.DataFrame(list(pairs), schema={"partner_id": pl.String, "site_id": pl.String}, orient="row")
    lots = pl.DataFrame(list(batches), schema={"partner_id": pl.String, "batch_id": pl.String}, orient="row")
    return KnownRecords(sites, lots, empty.findings)


SAP = PartnerFile(
    "sap.csv",
    "batch_records",
    "Werk;Charge;Materialnummer;Materialkurztext;Stufe;Eckstarttermin;Iststarttermin;Ende Herstellung;"
    "Chargenprotokoll erhalten;Verwendungsentscheid;VE-Datum;Nacharbeit;Gutmenge;Sollmenge;Freigabeprüfungen;"
    "Kosten;Whg\r\n"
    "1000;000749;400123;Tablette 40 mg;Arzneimittel;01.03.2026;02.03.2026;09.03.2026;20.03.2026;Freigegeben;"
    "02.04.2026;nein;17.640,5;18000;14;84.250,75;EUR\r\n"
    "1000;000750;400123;Tablette 40 mg;Arzneimittel;08.03.2026;09.03.2026;16.03.2026;27.03.2026;Gesperrt;"
    "09.04.2026;ja;17.100;18000;14;84.250,75;EUR\r\n"
    "1000;000751;400124;Ampulle 5 mL;Wirkstoff;15.03.2026;-;-;-;Offen;-;nein;-;18000;-;-;EUR\r\n",
    {
        "site_id": "Werk",
        "batch_id": "Charge",
        "product": "Materialkurztext",
        "stage": "Stufe",
        "planned_start_date": "Eckstarttermin",
        "actual_start_date": "Iststarttermin",
        "completed_date": "Ende Herstellung",
        "record_received_date": "Chargenprotokoll erhalten",
        "disposition": "Verwendungsentscheid",
        "disposition_date": "VE-Datum",
        "reworked": "Nacharbeit",
        "actual_yield": "Gutmenge",
        "theoretical_yield": "Sollmenge",
        "release_tests": "Freigabeprüfungen",
        "batch_cost": "Kosten",
        "currency": "Whg",
    },
    "cp1252",
    FileHints(encoding="cp1252"),
)
FRENCH = PartnerFile(
    "deviations.csv",
    "deviations",
    "Site;N° de déviation;Date d'ouverture;Gravité;Type de déviation;Lot concerné;Produit concerné;Atelier;"
    "Cause racine;Échéance;Échéance prolongée;Date de clôture;N° CAPA;Échéance CAPA;CAPA clôturée le;CAPA efficace\n"
    "Lyon;DEV-26-001;04/03/2026;Majeure;Équipement;L4711;AX-101;Remplissage;Usure joint;03/04/2026;;28/03/2026;"
    "CAPA-17;30/06/2026;12/06/2026;oui\n"
    "Lyon;DEV-26-002;05/03/2026;Mineure;Documentation;L4712;AX-101;Pesée;Erreur de saisie;04/04/2026;17/04/2026;"
    ";;;;\n"
    "Lyon;DEV-26-003;06/03/2026;Critique;Hors spécification;L4713;AX-102;Laboratoire;Étalonnage;05/04/2026;;"
    "01/04/2026;CAPA-18;30/06/2026;;non\n",
    {
        "site_id": "Site",
        "deviation_id": "N° de déviation",
        "opened_date": "Date d'ouverture",
        "severity": "Gravité",
        "type": "Type de déviation",
        "batch_id": "Lot concerné",
        "product": "Produit concerné",
        "area": "Atelier",
        "root_cause": "Cause racine",
        "due_date": "Échéance",
        "extended_due_date": "Échéance prolongée",
        "closed_date": "Date de clôture",
        "capa_id": "N° CAPA",
        "capa_due_date": "Échéance CAPA",
        "capa_closed_date": "CAPA clôturée le",
        "capa_effective": "CAPA efficace",
    },
)
SPANISH = PartnerFile(
    "entregas.csv",
    "deliveries",
    "Planta;N.º de pedido;Producto;Fecha de pedido;Fecha solicitada;Fecha prometida;Fecha de entrega;"
    "Cantidad pedida;Cantidad entregada;Unidad;Documentación correcta;Condición;Transportista\n"
    "Toledo;4500012/10;AX-101;08-ene-2026;10-mar-2026;15-mar-2026;14-mar-2026;12.000;11.950;vial;Sí;Sí;DHL\n"
    "Toledo;4500012/20;AX-102;09-ene-2026;11-mar-2026;16-mar-2026;20-abr-2026;1.500;1.500;vial;No;Sí;DHL\n"
    "Toledo;4500013/10;AX-101;10-feb-2026;12-abr-2026;17-abr-2026;n/d;8.000;n/d;vial;n/d;n/d;n/d\n",
    {
        "site_id": "Planta",
        "delivery_id": "N.º de pedido",
        "product": "Producto",
        "order_date": "Fecha de pedido",
        "requested_date": "Fecha solicitada",
        "promised_date": "Fecha prometida",
        "delivered_date": "Fecha de entrega",
        "ordered_quantity": "Cantidad pedida",
        "delivered_quantity": "Cantidad entregada",
        "unit": "Unidad",
        "documents_ok": "Documentación correcta",
        "condition_ok": "Condición",
    },
)
AMERICAN = PartnerFile(
    "export.csv",
    "batch_records",
    "Plant,Lot No.,Item Description,Product Type,Sched. start,Mfg start,Mfg complete,BPR recd,Lot status,"
    "Release dt,Rework?,Net yield,Batch size,# tests,Batch price,Curr,Comments\n"
    "Durham,A0117,AX-101,Drug product,03/01/2026,03/02/2026,03/09/2026,03/20/2026,Released,04/02/2026,N,97.4,"
    '100,14,"84,000.00",USD,\n'
    "Durham,A0118,AX-101,Drug product,03/08/2026,03/09/2026,03/16/2026,03/27/2026,On hold,,Y,96.25,100,14,"
    '"84,000.00",USD,"wait, please"\n',
    {
        "site_id": "Plant",
        "batch_id": "Lot No.",
        "product": "Item Description",
        "stage": "Product Type",
        "planned_start_date": "Sched. start",
        "actual_start_date": "Mfg start",
        "completed_date": "Mfg complete",
        "record_received_date": "BPR recd",
        "disposition": "Lot status",
        "disposition_date": "Release dt",
        "reworked": "Rework?",
        "actual_yield": "Net yield",
        "theoretical_yield": "Batch size",
        "release_tests": "# tests",
        "batch_cost": "Batch price",
        "currency": "Curr",
    },
)
ITALIAN = PartnerFile(
    "rilievi.csv",
    "audit_findings",
    "Stabilimento;Numero audit;N. rilievo;Data audit;Tipo di audit;Autorità;Gravità;Ambito;Riferimento;"
    "Risposta entro il;Data risposta;Scadenza;Data chiusura;Ripetizione di\n"
    "Latina;AUD-26-03;AUD-26-03-1;14.03.2026;Periodico;;Maggiore;Integrità dei dati;EU GMP 4.8;13.04.2026;"
    "10.04.2026;30.09.2026;12.09.2026;\n"
    "Latina;AUD-26-03;AUD-26-03-2;14.03.2026;Periodico;;Minore;Formazione;EU GMP 2.10;13.04.2026;;30.09.2026;;"
    "AUD-22-05-3\n",
    {
        "site_id": "Stabilimento",
        "audit_id": "Numero audit",
        "finding_id": "N. rilievo",
        "audit_date": "Data audit",
        "audit_type": "Tipo di audit",
        "authority": "Autorità",
        "severity": "Gravità",
        "area": "Ambito",
        "clause": "Riferimento",
        "response_due_date": "Risposta entro il",
        "response_date": "Data risposta",
        "due_date": "Scadenza",
        "closed_date": "Data chiusura",
        "repeat_of": "Ripetizione di",
    },
)
SUPPLY_CHAIN = PartnerFile(
    "history.csv",
    "deliveries",
    "ID,Project Code,PQ #,PO / SO #,ASN/DN #,Country,Vendor INCO Term,Shipment Mode,Scheduled Delivery Date,"
    "Delivered to Client Date,Delivery Recorded Date,Product Group,Vendor,Item Description,Brand,Dosage Form,"
    "Line Item Quantity,Line Item Value,Pack Price,Unit Price,Manufacturing Site,Weight (Kilograms)\n"
    "1,100-CI,Pre-PQ Process,SCMS-4,ASN-8,Ivory Coast,EXW,Air,02-Jun-06,02-Jun-06,02-Jun-06,HRDT,Alfa Ltd,"
    "Test kit A,Reveal,Test kit,19,551,29,0.97,Alfa Unit I,13\n"
    "3,108-VN,Pre-PQ Process,SCMS-13,ASN-85,Vietnam,EXW,Air,14-Nov-06,15-Nov-06,15-Nov-06,ARV,Beta Ltd,"
    "Syrup B,Generic,Oral suspension,1000,6200,6.2,0.03,Beta Unit III,358\n"
    "4,108-VN,Pre-PQ Process,SCMS-20,ASN-14,Vietnam,FCA,Air,27-Aug-06,27-Aug-06,27-Aug-06,HRDT,Alfa Ltd,"
    "Test kit A,Determine,Test kit,500,40000,80,0.8,Alfa Unit I,171\n",
    {
        "partner_id": "Vendor",
        "site_id": "Manufacturing Site",
        "delivery_id": "ID",
        "product": "Item Description",
        "promised_date": "Scheduled Delivery Date",
        "delivered_date": "Delivered to Client Date",
        "ordered_quantity": "Line Item Quantity",
    },
)
TRACKWISE = PartnerFile(
    "quality_events.csv",
    "deviations",
    "PR ID,Date Created,Originating site,Event classification,Event category,Impacted lot,Impacted product,"
    "Originating department,Root Cause Summary,Original Date Due,Extension date,Closed Date,Related CAPA,Status\n"
    "TW-10021,2026-03-04,NORTH,Minor,Equipment,B-17,AX-101,Filling,Seal wear,2026-04-03,,2026-03-28,CAPA-3,Closed\n"
    "TW-10022,2026-03-05,NORTH,Major,Process,B-18,AX-101,Filling,Operator,2026-04-04,2026-04-20,,,Open\n",
    {
        "deviation_id": "PR ID",
        "opened_date": "Date Created",
        "site_id": "Originating site",
        "severity": "Event classification",
        "type": "Event category",
        "batch_id": "Impacted lot",
        "product": "Impacted product",
        "area": "Originating department",
        "root_cause": "Root Cause Summary",
        "due_date": "Original Date Due",
        "extended_due_date": "Extension date",
        "closed_date": "Closed Date",
        "capa_id": "Related CAPA",
    },
)
FILES = (SAP, FRENCH, SPANISH, AMERICAN, ITALIAN, SUPPLY_CHAIN, TRACKWISE)
