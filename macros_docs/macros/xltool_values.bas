Attribute VB_Name = "xltool_values"
Option Explicit
' Saves a copy that holds only the official sheets, with values in place of formulas. The original is not changed.
' See the page of the same purpose.

Public Sub XltoolValuesCopy()
    Dim source As String, stem As String, dot As Long, between As String, target As String
    source = ActiveWorkbook.FullName
    dot = InStrRev(source, ".")
    stem = Left(source, dot - 1)
    ' An open workbook is copied first: Excel would not open it a second time.
    between = stem & "_xltool_tmp" & Mid(source, dot)
    target = stem & "_" & Zh("6B63 5F0F 8868") & ".xlsx"
    ActiveWorkbook.SaveCopyAs between
    If XltoolToValues(between, target) > 0 Then
        MsgBox target, vbInformation, "xltool"
    Else
        ' There is no official sheet in this workbook.
        MsgBox Zh("8FD9 4E2A 6587 4EF6 91CC 6CA1 6709 6B63 5F0F 8868 3002"), vbExclamation, "xltool"
    End If
    Kill between
End Sub

' Writes the official sheets of source, as values, to target (.xlsx); returns how many there are. With none nothing is written.
Public Function XltoolToValues(ByVal source As String, ByVal target As String) As Long
    Dim fresh As Workbook, i As Long, asked As Boolean, done As Long, guard As Long
    asked = Application.DisplayAlerts
    Application.DisplayAlerts = False
    guard = Guarded()
    Set fresh = Workbooks.Open(source, 0, True)
    For i = 1 To fresh.Worksheets.Count
        If IsWanted(fresh.Worksheets(i)) Then
            ToValues fresh.Worksheets(i)
            done = done + 1
        End If
    Next
    If done > 0 Then
        For i = fresh.Worksheets.Count To 1 Step -1
            If Not IsWanted(fresh.Worksheets(i)) Then
                fresh.Worksheets(i).Visible = -1
                fresh.Worksheets(i).Delete
            End If
        Next
        fresh.SaveAs target, 51
    End If
    fresh.Close False
    Application.DisplayAlerts = asked
    Unguarded guard
    XltoolToValues = done
End Function

' Values are read before any is written: one formula may need another. Nothing becomes a blank (LibreOffice
' would leave the formula where nothing is assigned). A text that looks like a number or a date stays a text.
Private Sub ToValues(ByVal sheet As Worksheet)
    Dim area As Range, cell As Range, held() As Variant, own() As Boolean, r As Long, c As Long
    If sheet.ProtectContents Then sheet.Unprotect
    Set area = sheet.UsedRange
    ReDim held(1 To area.Rows.Count, 1 To area.Columns.Count)
    ReDim own(1 To area.Rows.Count, 1 To area.Columns.Count)
    For r = 1 To area.Rows.Count
        For c = 1 To area.Columns.Count
            Set cell = area.Cells(r, c)
            own(r, c) = cell.HasFormula
            If own(r, c) Then held(r, c) = Shown(cell)
        Next
    Next
    For r = 1 To area.Rows.Count
        For c = 1 To area.Columns.Count
            If own(r, c) Then
                If Len(CStr(held(r, c))) = 0 Then
                    area.Cells(r, c).Value = "' "
                ElseIf VarType(held(r, c)) <> vbString Then
                    area.Cells(r, c).Value = held(r, c)
                Else
                    area.Cells(r, c).Value = "'" & held(r, c)
                End If
            End If
        Next
    Next
End Sub

' An error shows as it does in the cell.
Private Function Shown(ByVal cell As Range) As Variant
    If IsError(cell.Value) Then Shown = cell.Text Else Shown = cell.Value
End Function

Private Function IsWanted(ByVal sheet As Worksheet) As Boolean
    Dim entry As String
    entry = sheet.Name
    IsWanted = sheet.Visible = -1 And (InStr(entry, Zh("81EA 8BC4 8868")) > 0 Or entry = Zh("57FA 7840 6570 636E 8868") Or entry = Zh("9644 9875"))
End Function

' Files of others are opened: none of their macros may run (3: all are disabled), and no event of theirs.
' LibreOffice does not know the first of the two: its own settings say so.
Private Function Guarded() As Long
    On Error Resume Next
    Guarded = 1
    Guarded = Application.AutomationSecurity
    Application.AutomationSecurity = 3
    Application.EnableEvents = False
End Function

Private Sub Unguarded(ByVal before As Long)
    On Error Resume Next
    Application.AutomationSecurity = before
    Application.EnableEvents = True
End Sub

Private Function Zh(ByVal codes As String) As String
    Dim parts() As String, i As Long
    parts = Split(codes, " ")
    For i = LBound(parts) To UBound(parts)
        Zh = Zh & ChrW(CLng("&H" & parts(i)))
    Next
End Function
