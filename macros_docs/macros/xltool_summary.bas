Attribute VB_Name = "xltool_summary"
Option Explicit
' One line for every project of the workbooks in a folder: department, state on the cover, budget, spent, score as shown.
' Checks nothing; see the page of the same purpose.

Public Sub XltoolSummary()
    Dim folder As String, target As String, done As Long
    ' Which folder is to be summed up?
    folder = InputBox(Zh("8981 6C47 603B 54EA 4E2A 6587 4EF6 5939 91CC 7684 8868 FF1F"), "xltool", CurDir())
    If Len(folder) = 0 Then Exit Sub
    ' The name of the summary.
    target = Joined(folder, Zh("7B80 5355 6C47 603B") & ".xlsx")
    done = XltoolSummarise(folder, target)
    MsgBox target & ": " & done, vbInformation, "xltool"
End Sub

' Returns how many lines were written into the workbook target.
Public Function XltoolSummarise(ByVal folder As String, ByVal target As String) As Long
    Dim names As Collection, entry As Variant, book As Workbook, out As Workbook, page As Worksheet
    Dim sheet As Worksheet, row As Long, before As Long, asked As Boolean, guard As Long
    Set names = FilesIn(folder, Mid(target, InStrRev(target, Application.PathSeparator) + 1))
    asked = Application.DisplayAlerts
    Application.DisplayAlerts = False
    guard = Guarded()
    Set out = Workbooks.Add
    Set page = out.Worksheets(1)
    Heads page
    row = 1
    For Each entry In names
        Set book = Opened(Joined(folder, CStr(entry)))
        before = row
        If Not book Is Nothing Then
            For Each sheet In book.Worksheets
                ' the self-evaluations of projects; the whole department's form has no project
                If sheet.Visible = -1 And Left(sheet.Name, 3) = Zh("81EA 8BC4 8868") Then
                    row = row + 1
                    Who page, row, CStr(entry), book
                    Project page, row, sheet
                End If
            Next
        End If
        If row = before Then
            row = row + 1
            PutText page.Cells(row, 1), CStr(entry)
            If Not book Is Nothing Then Who page, row, CStr(entry), book
        End If
        If Not book Is Nothing Then book.Close False
    Next
    Totals page, row
    page.Columns("A:I").ColumnWidth = 18
    out.SaveAs target, 51
    out.Close False
    Application.DisplayAlerts = asked
    Unguarded guard
    XltoolSummarise = row - 1
End Function

' File, code and name of the department, state on the cover, project, budget, spent, rate, score (as shown).
Private Sub Heads(ByVal page As Worksheet)
    Dim words() As String, i As Long
    words = Split("6587 4EF6/90E8 95E8 7F16 7801/90E8 95E8 540D 79F0/5C01 9762 72B6 6001/9879 76EE 540D 79F0/5168 5E74 9884 7B97 6570/5168 5E74 6267 884C 6570/6267 884C 7387/603B 5206 FF08 8868 4E0A 7684 6570 FF09", "/")
    For i = 0 To 8
        PutText page.Cells(1, i + 1), Zh(words(i))
    Next
    page.Rows(1).Font.Bold = True
End Sub

Private Sub Who(ByVal page As Worksheet, ByVal row As Long, ByVal entry As String, ByVal book As Workbook)
    Dim cover As Worksheet, r As Long, label As String, told As String
    PutText page.Cells(row, 1), entry
    For Each cover In book.Worksheets
        If cover.Name = Zh("5C01 9762") Then
            For r = 1 To 60
                label = Tight(cover.Cells(r, 2).Value)
                If label = Zh("90E8 95E8 7F16 7801") Then PutText page.Cells(row, 2), CStr(cover.Cells(r, 3).Value)
                If label = Zh("90E8 95E8 540D 79F0") Then PutText page.Cells(row, 3), CStr(cover.Cells(r, 3).Value)
                ' the line that says whether it can be handed in
                If InStr(label, Zh("62A5 9001")) > 0 Then told = CStr(cover.Cells(r, 2).Value)
            Next
            PutText page.Cells(row, 4), told
        End If
    Next
End Sub

Private Sub Project(ByVal page As Worksheet, ByVal row As Long, ByVal sheet As Worksheet)
    Dim r As Long, c As Long, word As String, score As Long, last As Long, funds As Boolean
    last = sheet.UsedRange.Row + sheet.UsedRange.Rows.Count - 1
    If last > 400 Then last = 400
    For r = 1 To last
        For c = 1 To 11
            word = Tight(sheet.Cells(r, c).Value)
            ' name of the project
            If c = 1 And (word = Zh("9879 76EE 540D 79F0") Or word = Zh("9879 76EE 652F 51FA 540D 79F0")) Then
                PutText page.Cells(row, 5), FirstRight(sheet, r, c)
            End If
            ' total: the first line of funds, its columns named in the line above
            If c <= 3 And Right(word, 2) = Zh("603B 989D") And Not funds Then
                funds = True
                Money page, row, sheet, r
            End If
            ' indicators of the third level: the columns of the indicators
            If word = Zh("4E09 7EA7 6307 6807") Then score = ScoreColumn(sheet, r)
            ' total score
            If word = Zh("603B 5206") And score > 0 Then PutNumber page.Cells(row, 9), sheet.Cells(r, score).Value
        Next
    Next
End Sub

Private Sub Money(ByVal page As Worksheet, ByVal row As Long, ByVal sheet As Worksheet, ByVal r As Long)
    Dim c As Long, word As String
    For c = 1 To 11
        word = Tight(sheet.Cells(r - 1, c).Value)
        ' spent, and budget: the last of them is the adjusted one
        If Right(word, 3) = Zh("9884 7B97 6570") Or word = Zh("9884 7B97 6570") & "(A)" Then
            PutNumber page.Cells(row, 6), sheet.Cells(r, c).Value
        End If
        If Right(word, 3) = Zh("6267 884C 6570") Or word = Zh("6267 884C 6570") & "(B)" Then
            PutNumber page.Cells(row, 7), sheet.Cells(r, c).Value
        End If
        If Left(word, 3) = Zh("6267 884C 7387") Then PutNumber page.Cells(row, 8), sheet.Cells(r, c).Value
    Next
    page.Cells(row, 8).NumberFormat = "0.00%"
End Sub

' The leftmost column of scores.
Private Function ScoreColumn(ByVal sheet As Worksheet, ByVal r As Long) As Long
    Dim c As Long, word As String
    For c = 11 To 1 Step -1
        word = Tight(sheet.Cells(r, c).Value)
        If word = Zh("5F97 5206") Or word = Zh("81EA 8BC4 5206") Then ScoreColumn = c
    Next
End Function

Private Function FirstRight(ByVal sheet As Worksheet, ByVal r As Long, ByVal c As Long) As String
    Dim i As Long
    For i = c + 1 To 11
        If Len(CStr(sheet.Cells(r, i).Value)) > 0 Then
            FirstRight = CStr(sheet.Cells(r, i).Value)
            Exit Function
        End If
    Next
End Function

' Sum of budget and spent; the scores are not added
Private Sub Totals(ByVal page As Worksheet, ByVal row As Long)
    Dim c As Long, r As Long, total As Double
    PutText page.Cells(row + 1, 1), Zh("5408 8BA1")
    For c = 6 To 7
        total = 0
        For r = 2 To row
            If IsNumeric(page.Cells(r, c).Value) Then total = total + page.Cells(r, c).Value
        Next
        page.Cells(row + 1, c).Value = total
    Next
End Sub

' Text of a department never becomes a formula or a number.
Private Sub PutText(ByVal cell As Range, ByVal value As String)
    If Len(value) > 0 Then cell.Value = "'" & value
End Sub

Private Sub PutNumber(ByVal cell As Range, ByVal value As Variant)
    If IsNumeric(value) And Len(CStr(value)) > 0 Then cell.Value = CDbl(value)
End Sub

Private Function Tight(ByVal value As Variant) As String
    If IsError(value) Then Exit Function
    Tight = Replace(Replace(Replace(Replace(CStr(value), vbLf, ""), vbCr, ""), " ", ""), ChrW(12288), "")
End Function

Private Function FilesIn(ByVal folder As String, ByVal own As String) As Collection
    Dim found As New Collection, entry As String
    entry = Dir(Joined(folder, "*.xls*"))
    Do While Len(entry) > 0
        If Left(entry, 2) <> "~$" And Left(entry, 2) <> ".~" And entry <> own Then found.Add entry
        entry = Dir()
    Loop
    Set FilesIn = found
End Function

Private Function Joined(ByVal folder As String, ByVal entry As String) As String
    Dim mark As String
    mark = Application.PathSeparator
    If Right(folder, 1) = mark Then Joined = folder & entry Else Joined = folder & mark & entry
End Function

' A file that cannot be opened is passed over.
Private Function Opened(ByVal path As String) As Workbook
    On Error Resume Next
    Set Opened = Workbooks.Open(path, 0, True)
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
