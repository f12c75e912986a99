"""Papers of the funds, drawn with ReportLab: frozen data in, PDF bytes out. No database and no Django here."""
